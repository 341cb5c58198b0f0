import forge from 'node-forge';

/**
 * The certificates and keys of a PKCS#12 file as PEM, the certificate that belongs to a key first; undefined where the password
 * is another one. Throws where the file is damaged.
 */
export function readPkcs12(bytes: Buffer, password: string): string | undefined {
  const { asn1, pkcs12, pki, pem, util } = forge;
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = pki.oids;
  const content = asn1.fromDer(bytes.toString('latin1'));
  let opened: forge.pkcs12.Pkcs12Pfx;
  try {
    opened = pkcs12.pkcs12FromAsn1(content, false, password);
  } catch (error) {
    if (/password|MAC/i.test(String(error))) return undefined;
    throw error;
  }
  const bagsOf = (type: string | undefined): forge.pkcs12.Bag[] =>
    type === undefined ? [] : (opened.getBags({ bagType: type })[type] ?? []);
  const block = (type: string, body: string) =>
    pem.encode({ type, body, procType: undefined } as never).replaceAll('\r', '');
  const derOf = (node: forge.asn1.Asn1) => asn1.toDer(node).getBytes();
  // What is no RSA the library hands on unread, which is all that is needed here.
  const keys = [...bagsOf(keyBag), ...bagsOf(pkcs8ShroudedKeyBag)].map(({ key, asn1: raw }) =>
    block('PRIVATE KEY', derOf(key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(key)) : (raw as forge.asn1.Asn1))),
  );
  const isLeaf = ({ attributes }: forge.pkcs12.Bag) =>
    (attributes as { localKeyId?: unknown[] } | undefined)?.localKeyId !== undefined;
  const certificates = bagsOf(certBag)
    .sort((a, b) => Number(isLeaf(b)) - Number(isLeaf(a)))
    .map(({ cert, asn1: raw }) =>
      block('CERTIFICATE', derOf(cert ? pki.certificateToAsn1(cert) : (raw as forge.asn1.Asn1))),
    );
  void util;
  return [...certificates, ...keys].join('');
}
