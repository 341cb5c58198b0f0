import { bits } from './draw.ts';

const LABELS = 'shop www app portal help status blog go links my docs store pay mail book news learn team'.split(' ');
const FIRST =
  'acme amber birch blue bright cedar clever copper coral crisp delta early echo ember fair fern field first fleet fresh golden grand green harbor hazel indigo ivory juniper kind lake lively lunar maple merry mint noble north oak ocean olive orchard pine polar prime quiet rapid river royal rustic sage silver solar stone summit swift tidal urban velvet vivid wild winter'.split(
    ' ',
  );
const SECOND_WORDS =
  'bakery bikes books bottle bridge camera candle ceramics clinic cloud coffee crafts dental design energy farm fashion film fitness florist foods forge furniture gallery games garden gear goods guitars hotels kitchen labs leather lighting logistics market media motors music optics outdoor paper pets pharma photo press records roasters sail school shoes sports studio supply tea tools toys travel watches wines yoga'.split(
    ' ',
  );
const SUFFIXES = ['.com', '.net', '.org', '.io', '.de', '.co.uk', '.shop', '.fr', '.nl', '.se', '.ca', '.com.au'];

const TOTAL = LABELS.length * FIRST.length * SECOND_WORDS.length * SUFFIXES.length;
/** Prime and larger than every list, so that multiples of it walk over all names before one comes again. */
const STEP = 104_729;

/** Hostname number `index` of a seed: an invented, ordinary name; no two numbers of a seed share one. */
export function inventedHostname(index: number, seed: number): string {
  let rest = ((index % TOTAL) * STEP + (bits(seed, 51) % TOTAL)) % TOTAL;
  const take = (words: readonly string[]): string => {
    const word = words[rest % words.length] ?? '';
    rest = Math.floor(rest / words.length);
    return word;
  };
  const round = Math.floor(index / TOTAL);
  const suffix = take(SUFFIXES);
  const name = `${take(FIRST)}-${take(SECOND_WORDS)}${round === 0 ? '' : round}`;
  return `${take(LABELS)}.${name}${suffix}`;
}
