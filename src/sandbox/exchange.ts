import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../terms.ts';
import { type Answer, failure, htmlPage } from './answer.ts';
import { carryOut, interfere, type LedCall, receive } from './api-call.ts';
import { between, fraction } from './draw.ts';
import type { FaultEffect } from './fault-rule.ts';
import type { Handled, World } from './world.ts';

/** How long the API takes, in real milliseconds: half of it before an effect, half after. */
export interface Latency {
  min_ms: number;
  max_ms: number;
  /** A part (0 to 1) of the calls that takes this long instead. */
  slow?: { share: number; ms: number };
}

/** How an answer leaves: whole, half and then broken off, or not at all. */
type Sending = 'whole' | 'half' | 'nothing';

interface Ended extends Handled {
  sending: Sending;
}

/** The answer a fault puts in the place of the API's own; undefined where it does not answer. */
const faultAnswer = (world: World, effect: FaultEffect): Answer | undefined => {
  switch (effect.type) {
    case 'status': {
      const made = effect.body === 'html' ? htmlPage(effect.status) : failure(world.knobs, 1500, effect.status);
      if (effect.retry_after === undefined) return made;
      return { ...made, headers: { ...made.headers, 'retry-after': String(effect.retry_after) } };
    }
    case 'rate_limit': {
      const made = failure(world.knobs, 971);
      return { ...made, headers: { ...made.headers, 'retry-after': String(effect.retry_after) } };
    }
    case 'refuse':
      return failure(world.knobs, effect.code, 200);
    case 'api_error':
      return failure(world.knobs, effect.code);
    default:
      return undefined;
  }
};

/** Shows other statuses than there are, wherever the answer has them. */
const withStatuses = (answer: Answer, effect: { status?: string; ssl_status?: string }): Answer => {
  const envelope = JSON.parse(answer.body) as JsonObject;
  const results = (Array.isArray(envelope.result) ? envelope.result : [envelope.result]) as (JsonObject | null)[];
  for (const result of results) {
    if (result === null || result === undefined) continue;
    if (effect.status !== undefined) result.status = effect.status;
    if (effect.ssl_status !== undefined) ((result.ssl as JsonObject | undefined) ?? {}).status = effect.ssl_status;
  }
  return { ...answer, body: JSON.stringify(envelope) };
};

const strikesAfter = (effect: FaultEffect): boolean => 'when' in effect && effect.when === 'after';

const NO_ANSWER: Answer = { status: 0, code: 0, body: '', headers: {} };

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  // Rejects only when the simulator ends, and then nothing is waited for any more.
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
};

/** Waits for `ms`; without it, until the other side gives up or the simulator ends. */
const hang = async (ms: number | undefined, response: ServerResponse, signal: AbortSignal): Promise<void> => {
  if (ms !== undefined) return pause(ms, signal);
  if (!response.closed) await once(response, 'close', { signal }).catch(() => undefined);
};

const NOTHING_SENT: Ended = { answer: NO_ANSWER, sending: 'nothing' };

/** Carries out a call under the faults that strike it. `signal` ends every wait. */
const underFaults = async (
  world: World,
  led: LedCall,
  effects: FaultEffect[],
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Ended> => {
  for (const effect of effects) {
    interfere(world, effect, led);
    if (strikesAfter(effect)) continue;
    if (effect.type === 'hang') {
      await hang(effect.ms, response, signal);
      // A call that is never got to has no effect; one that is late has it, though nobody waits any more.
      if (effect.ms === undefined) return NOTHING_SENT;
    }
    if (effect.type === 'reset') return NOTHING_SENT;
    const answer = faultAnswer(world, effect);
    if (answer !== undefined) return { answer, sending: 'whole' };
  }
  if (effects.some(({ type }) => type === 'revoke')) return { answer: failure(world.knobs, 10_000), sending: 'whole' };
  const handled = carryOut(world, led);
  let ended: Ended = { ...handled, sending: 'whole' };
  for (const effect of effects) {
    if (effect.type === 'statuses' && handled.answer.code === 0) {
      ended = { ...ended, answer: withStatuses(ended.answer, effect) };
    }
    if (effect.type === 'truncate') ended = { ...ended, sending: 'half' };
    if (!strikesAfter(effect)) continue;
    if (effect.type === 'hang') await hang(effect.ms, response, signal);
    if (effect.type === 'reset') return { ...ended, answer: NO_ANSWER, sending: 'nothing' };
    const answer = faultAnswer(world, effect);
    if (answer !== undefined) return { ...ended, answer, seen: [] };
  }
  return ended;
};

const drawLatency = (latency: Latency, seed: number, number: number): number => {
  if (latency.slow !== undefined && fraction(seed, number, 95) < latency.slow.share) return latency.slow.ms;
  return between(latency.min_ms, latency.max_ms, seed, number, 96);
};

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
    response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
    if (sending === 'half') {
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket.destroy());
      return resolve(false);
    }
    response.once('close', () => resolve(response.writableFinished));
    response.end(bytes);
  });

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0].toString() : Buffer.concat(chunks).toString();
};

export type Exchange = (
  request: IncomingMessage,
  response: ServerResponse,
  segments: string[],
  query: URLSearchParams,
) => Promise<void>;

/** The one handler for everything below the API's base: calls in, answers out, each seen by the judge. */
export const createExchange = (world: World, latency: Latency | undefined, signal: AbortSignal): Exchange => {
  const begun = performance.now();
  let number = 0;
  return async (request, response, segments, query) => {
    const at = performance.now() - begun;
    const { method = 'GET', headers } = request;
    number += 1;
    const wait = latency === undefined ? 0 : drawLatency(latency, world.seed, number);
    const body = method === 'GET' || method === 'DELETE' ? '' : await readBody(request);
    const { kind, record, outcome } = receive(world, { method, segments, query, headers, at }, body);
    const knew = record !== undefined && kind === 'edit' ? world.judge.arrived(record, at) : undefined;
    await pause(wait / 2, signal);
    let ended: Ended;
    if ('led' in outcome) {
      const effects = world.faults.strike({ method, kind, hostname: record?.hostname });
      ended = await underFaults(world, outcome.led, effects, response, signal);
    } else {
      ended = { ...outcome.refused, sending: 'whole' };
    }
    await pause(wait / 2, signal);
    const { answer, applied = false, seen = [], sending } = ended;
    // Noted before it is sent: whoever has the answer finds its call in the judge's log.
    const call = { kind, at, status: answer.status, code: answer.code, applied, delivered: sending === 'whole' };
    const noted = world.judge.ended(call, { record, seen, knew });
    if (!(await send(response, ended)) && call.delivered) world.judge.undelivered(noted, record);
  };
};
