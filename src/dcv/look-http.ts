import type { NameService } from '../dns/lookup.ts';
import { type Fetched, type FetchRules, fetchPage } from './fetch-page.ts';
import type { Evidence } from './finding.ts';
import type { Look } from './look.ts';
import type { Token } from './wanted.ts';

/** As much of a page as is shown. */
const SHOWN = 100;

/** What stands at a token's URL, against what should. */
export async function lookAtHttp(
  service: NameService,
  looked_at: 'http' | 'ownership_http',
  { at, value }: Token,
  rules: FetchRules,
): Promise<Look> {
  const fetched = await fetchPage(service, at, rules);
  const { verdict, note, found = [] } = read(fetched, at, value);
  const evidence: Evidence = { looked_at, name: at, expected: [value], found, verdict, note };
  if (verdict === 'ready') return { evidence, who: 'nobody' };
  return { evidence, who: fetched.kind === 'unreachable' && fetched.ours ? 'unknown' : 'customer' };
}

function read(fetched: Fetched, at: string, value: string): Pick<Evidence, 'verdict' | 'note' | 'found'> {
  const by = fetched.url === at ? '' : ` (redirected to ${fetched.url})`;
  switch (fetched.kind) {
    case 'no_address':
      return { verdict: 'missing', note: `the host has no address${by}` };
    case 'refused':
      return { verdict: 'wrong', note: `${fetched.note}${by}`, found: [fetched.url] };
    case 'unreachable':
      return { verdict: fetched.definite ? 'wrong' : 'cannot_tell', note: `${fetched.note}${by}` };
    case 'page': {
      const { status, body, cut, distrusted } = fetched;
      const trust = distrusted === undefined ? '' : `, by a certificate that is not trusted (${distrusted})`;
      // White space after the token is ignored (RFC 8555, section 8.3).
      const text = body.trimEnd();
      const found = [`HTTP ${status}`, text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text];
      if (status === 404 || status === 410)
        return { verdict: 'missing', note: `not there, HTTP ${status}${by}`, found };
      if (status !== 200) return { verdict: 'wrong', note: `answers HTTP ${status}${by}${trust}`, found };
      if (text === value && !cut) return { verdict: 'ready', note: `published${by}${trust}`, found };
      return { verdict: 'wrong', note: `another page is there${cut ? ', a long one' : ''}${by}${trust}`, found };
    }
  }
}
