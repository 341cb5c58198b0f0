/** The one file that is needed of the library; its types have an older form of the second argument. */
declare module 'node-forge/lib/asn1.js' {
  import type { asn1 } from 'node-forge';

  const forge: {
    derToOid: typeof asn1.derToOid;
    fromDer(der: string, options: { strict: boolean; decodeBitStrings: boolean }): asn1.Asn1;
  };
  export default forge;
}
