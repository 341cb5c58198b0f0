/** Most values of a label that come from manifests or the API; a metric's memory grows with them. */
const MOST = 500;
const OTHERS = 'other';

/** Values of a label as they are; those met after many others go by one name. What is not known is empty. */
function boundedLabel(): (value: string | undefined) => string {
  const known = new Set<string>();
  return (value = '') => {
    if (known.has(value)) return value;
    if (known.size >= MOST) return OTHERS;
    known.add(value);
    return value;
  };
}

/** What a metric says of the rows or calls that it counts. */
export function subjectLabels() {
  const [zoneOf, caOf, methodOf] = [boundedLabel(), boundedLabel(), boundedLabel()];
  return ({ zone, ca, method }: { [Name in 'zone' | 'ca' | 'method']?: string | undefined }) => ({
    ...{ zone: zoneOf(zone), ca: caOf(ca), method: methodOf(method) },
  });
}
