import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import * as z from '../json/zod.ts';
import { carryOut, receive } from './api-call.ts';
import { between, fraction, hexText } from './draw.ts';
import { type Ended, pause, underFaults } from './under-faults.ts';
import type { World } from './world.ts';

/** How long the API takes, in real milliseconds: half of it before an effect, half after. */
export const LATENCY = z.strictObject({
  min_ms: z.number().min(0),
  max_ms: z.number().min(0),
  /** A part (0 to 1) of the calls that takes this long instead. */
  slow: z.strictObject({ share: z.number().min(0).max(1), ms: z.number().min(0) }).exactOptional(),
});
export type Latency = z.infer<typeof LATENCY>;

function drawLatency(latency: Latency, seed: number, number: number): number {
  if (latency.slow !== undefined && fraction(seed, number, 95) < latency.slow.share) return latency.slow.ms;
  return between(latency.min_ms, latency.max_ms, seed, number, 96);
}

/** Sends an answer as told; true where all of it was handed to a connection that still stood. */
const send = (response: ServerResponse, { answer, sending }: Ended): Promise<boolean> =>
  new Promise((resolve) => {
    const { socket } = response;
    if (socket === null || socket.destroyed) return resolve(false);
    if (sending === 'nothing') {
      socket.resetAndDestroy();
      return resolve(false);
    }
    const bytes = Buffer.from(answer.body);
    response.writeHead(answer.status, Object.assign({ 'content-length': bytes.length }, answer.headers));
    if (sending === 'half') {
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket.destroy());
      return resolve(false);
    }
    response.once('close', () => resolve(response.writableFinished));
    response.end(bytes);
  });

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The one handler for everything below the API's base: calls in, answers out, each seen by the judge. */
export class Exchange {
  readonly #world: World;
  readonly #latency: Latency | undefined;
  /** Ends every wait. */
  readonly #signal: AbortSignal;
  readonly #twin: World | undefined;
  readonly #begun = performance.now();
  #number = 0;

  /** In `twin`, another world of the same zones and hostnames, all that takes effect happens, too. */
  constructor(world: World, latency: Latency | undefined, signal: AbortSignal, twin?: World) {
    this.#world = world;
    this.#latency = latency;
    this.#signal = signal;
    this.#twin = twin;
  }

  /** Takes one call in and answers it; `segments` are those of the path after the API's base. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    segments: string[],
    query: URLSearchParams,
  ): Promise<void> {
    const world = this.#world;
    const at = performance.now() - this.#begun;
    const { method = 'GET', headers } = request;
    this.#number += 1;
    const number = this.#number;
    world.clock.called();
    const wait = this.#latency === undefined ? 0 : drawLatency(this.#latency, world.seed, number);
    const body = method === 'GET' || method === 'DELETE' ? '' : await readBody(request);
    const head = { method, segments, query, headers, at };
    const { kind, record, outcome } = receive(world, head, body);
    const knew = record !== undefined && kind === 'edit' ? world.judge.arrived(record, at) : undefined;
    await pause(wait / 2, this.#signal);
    const ended: Ended =
      'led' in outcome
        ? await underFaults(
            world,
            outcome.led,
            world.faults.strike({ method, kind, hostname: record?.hostname }),
            response,
            this.#signal,
          )
        : { answer: outcome.refused, sending: 'whole' };
    await pause(wait / 2, this.#signal);
    const { answer, applied = false, seen = [], sending } = ended;
    const there = this.#twin !== undefined && applied ? receive(this.#twin, head, body).outcome : undefined;
    if (this.#twin !== undefined && there !== undefined && 'led' in there) carryOut(this.#twin, there.led);
    answer.headers['cf-ray'] = `${hexText(16, world.seed, number, 97)}-SIM`;
    // Noted before it is sent, so that a client that has the answer finds its call in the judge's log.
    const call = { kind, at, status: answer.status, code: answer.code, applied, delivered: sending === 'whole' };
    const noted = world.judge.ended(call, { record, seen, knew });
    if (!(await send(response, ended)) && call.delivered) world.judge.undelivered(noted, record);
  }
}
