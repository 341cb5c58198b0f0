import { registrableDomain } from '../handoff/grouping.ts';
import { recordsToPublish } from '../handoff/to-publish.ts';
import type { Actor } from '../hostname/actor.ts';
import { type PublishRecord, publishRecords } from '../report/text/publish-records.ts';
import { mostUrgent } from '../report/waiting-rows.ts';
import type { RowBook } from './row-book.ts';

/** Hostnames of one customer that wait, soonest deadline first. */
export interface WaitingCustomer {
  customer: string;
  hostnames: WaitingHostname[];
}

interface WaitingHostname {
  row: number;
  hostname: string;
  phase: string;
  deadline: string | null;
  errors: string[];
  records: PublishRecord[];
}

/** Most hostnames that a page lists; the CSV files have all. */
const MOST = 500;

/** What waits, by who must act and by customer: the domain that somebody registered. */
export async function pendingByActor(book: RowBook): Promise<{ who: Actor; customers: WaitingCustomer[] }[]> {
  const byActor = new Map<Actor, Map<string, WaitingHostname[]>>();
  for (const pending of await mostUrgent(book.fold, book.details, MOST)) {
    const hostname = pending.hostname ?? `row ${pending.row}`;
    const customers = byActor.get(pending.who_acts) ?? new Map<string, WaitingHostname[]>();
    byActor.set(pending.who_acts, customers);
    const customer = registrableDomain(hostname);
    const hostnames = customers.get(customer) ?? [];
    customers.set(customer, hostnames);
    const { token_dies, hostname_lost } = pending.deadlines;
    const deadline = [token_dies?.at, hostname_lost?.at].filter((at) => at !== undefined).sort()[0];
    hostnames.push({
      ...{ row: pending.row, hostname, phase: pending.phase, errors: pending.errors, deadline: deadline ?? null },
      records:
        pending.hostname === null ? publishRecords(pending) : recordsToPublish({ ...pending, hostname }, undefined),
    });
  }
  return [...byActor].map(([who, customers]) => ({
    who,
    customers: [...customers].map(([customer, hostnames]) => ({ customer, hostnames })),
  }));
}
