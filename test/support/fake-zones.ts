import type { Reads } from '../../src/batch/dispatch/list-pages.ts';
import type { LiveHostname } from '../../src/hostname/live.ts';
import type { NewReadJob } from '../../src/lane/lane-job.ts';
import type { ReadValue } from '../../src/lane/lane-result.ts';
import { type BatchId, HostrollError, type ZoneId } from '../../src/terms.ts';

/** Zones in memory, read as a lane would read them: what a test changes in them shows in the next read. */
export class FakeZones implements Reads {
  readonly batch = '20260101-120000-abcd' as BatchId;
  readonly hostnames: LiveHostname[];
  /** The reads made so far, in a word each: `page 1`, `find shop.net`, `get <id>`, `zone <name>`. */
  readonly made: string[] = [];
  /** Ids of zones by name. */
  readonly names: Record<string, ZoneId[]>;
  /** Pages larger than this are cut to it. */
  readonly #perPageMost: number;

  constructor(
    hostnames: LiveHostname[],
    { perPageMost = 50, names = {} }: { perPageMost?: number; names?: Record<string, ZoneId[]> } = {},
  ) {
    this.hostnames = hostnames;
    this.names = names;
    this.#perPageMost = perPageMost;
  }

  async read(job: NewReadJob): Promise<ReadValue> {
    this.made.push(wordOf(job));
    if (job.kind === 'zone') throw new HostrollError('CF_HTTP_400', 'Zones are asked for by name.');
    if (job.kind === 'plan' || job.kind === 'zones' || job.kind === 'quota') return {};
    const zone = this.hostnames.filter(({ zone_id }) => zone_id === job.zone_id);
    if (job.kind === 'find') return { hostnames: zone.filter(({ hostname }) => hostname === job.hostname) };
    if (job.kind === 'get') return { hostnames: zone.filter(({ id }) => id === job.id) };
    const { hostname_status: status, ssl_status: sslStatus } = job.filter ?? {};
    const listed = zone.filter(
      (live) => live.status === (status ?? live.status) && live.ssl?.status === (sslStatus ?? live.ssl?.status),
    );
    const per_page = Math.min(job.per_page, this.#perPageMost);
    const from = (job.page - 1) * per_page;
    return { hostnames: listed.slice(from, from + per_page), per_page, total_count: listed.length };
  }

  async listZones(page: number, lane: string): Promise<ReadValue> {
    this.made.push(`zones ${page} by ${lane}`);
    const zones = Object.entries(this.names).flatMap(([name, ids]) => ids.map((id) => ({ id, name })));
    return { zones: page === 1 ? zones : [] };
  }

  async readZones(name: string, lane: string): Promise<ReadValue> {
    this.made.push(`zone ${name} by ${lane}`);
    return { zones: (this.names[name] ?? []).map((id) => ({ id, name })) };
  }
}

function wordOf(job: NewReadJob): string {
  if (job.kind === 'page')
    return `page ${job.page}${job.filter === undefined ? '' : ` of ${Object.values(job.filter)}`}`;
  if (job.kind === 'find') return `find ${job.hostname}`;
  if (job.kind === 'plan' || job.kind === 'quota') return `${job.kind} ${job.zone_id}`;
  if (job.kind === 'zones') return `zones ${job.page}`;
  return job.kind === 'get' ? `get ${job.id}` : `zone ${job.name}`;
}
