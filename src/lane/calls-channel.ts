import { channel } from 'node:diagnostics_channel';
import type { HttpRequest } from '../cloudflare/client.ts';
import type { Code } from '../codes/code.ts';
import type { CallKind } from '../terms.ts';
import type { LaneJob } from './lane-job.ts';

/** A call that has ended, for who measures: metrics and traces. `started` and `ended` are Unix milliseconds. */
export interface CallMade {
  lane: string;
  kind: CallKind;
  job: LaneJob;
  started: number;
  ended: number;
  /** Absent where the call did what it was made for. */
  code: Code | undefined;
  request: HttpRequest | undefined;
  cf_ray: string | undefined;
}

/** Every call that a worker of this process makes is published here, as a `CallMade`. Costs nothing while nobody subscribes. */
export const CALLS = channel('hostroll:call');
