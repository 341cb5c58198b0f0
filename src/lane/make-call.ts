import type { Answer, CloudflareClient } from '../cloudflare/client.ts';
import type { LiveHostname } from '../hostname/live.ts';
import type { OpenPairs } from '../secrets/sealed-bundle.ts';
import type { CallKind } from '../terms.ts';
import type { LaneJob, ReadJob, RowJob } from './lane-job.ts';
import type { ReadValue } from './lane-result.ts';
import { packBody, uploadBody } from './upload-body.ts';

/** Which kind of call the next activation of a job makes. */
export function callKindOf(job: LaneJob): CallKind {
  if (job.kind === 'row') return job.step;
  return job.kind === 'page' || job.kind === 'find' ? 'list' : 'read';
}

/**
 * The one call of a row's activation: its edit, or the read that comes before a repeated one. `pairs`: the bundle that the
 * edit brings, opened for this call alone.
 */
export function callForRow(
  client: CloudflareClient,
  job: RowJob,
  pairs: OpenPairs | undefined,
): Promise<Answer<LiveHostname>> {
  const { body, pack, step } = job;
  if (step === 'read') return client.getHostname(job);
  if (pairs === undefined) return client.editHostname(job, body);
  if (pack !== undefined) return client.replaceCertificate(job, pack, packBody(pairs));
  return client.editHostname(job, uploadBody(body, pairs));
}

/** The one call of a read's activation. */
export async function callForRead(client: CloudflareClient, job: ReadJob): Promise<Answer<ReadValue>> {
  switch (job.kind) {
    case 'page':
      return mapped(await client.listHostnames(job.zone_id, job.page, job.per_page, job.filter), (page) => page);
    case 'find':
      return mapped(await client.findHostname(job.zone_id, job.hostname), (page) => page);
    case 'get': {
      const answer = await client.getHostname(job);
      // That a hostname is gone is an answer here, not a failure.
      if (!answer.ok && answer.failure.http_status === 404) return { ...answer, ok: true, value: { hostnames: [] } };
      return mapped(answer, (live) => ({ hostnames: [live] }));
    }
    case 'zone':
      return mapped(await client.findZone(job.name), (zones) => ({ zones }));
    case 'zones':
      return mapped(await client.listZones(job.page), (zones) => ({ zones }));
    case 'quota': {
      const answer = await client.getQuota(job.zone_id);
      // Older deployments have no such route, and tokens may lack the right: a quota is good to know, and no more.
      const isRefused = !answer.ok && (answer.failure.category === 'stop' || answer.failure.category === 'final');
      return isRefused ? { ...answer, ok: true, value: {} } : mapped(answer, (quota) => ({ quota }));
    }
    case 'plan': {
      const answer = await client.getZone(job.zone_id);
      // Tokens that may edit certificates need not see the zone itself: that says nothing of any row.
      const isRefused = !answer.ok && (answer.failure.category === 'stop' || answer.failure.category === 'final');
      return isRefused ? { ...answer, ok: true, value: {} } : mapped(answer, (zones) => ({ zones }));
    }
  }
}

const mapped = <A, B>(answer: Answer<A>, map: (value: A) => B): Answer<B> =>
  answer.ok ? { ...answer, value: map(answer.value) } : answer;
