import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseExact, stringifyExact } from '../json/exact-json.ts';
import type { JsonObject } from '../terms.ts';
import { type Answer, failure, htmlPage } from './answer.ts';
import { carryOut, type LedCall } from './api-call.ts';
import type { Handled } from './api-request.ts';
import type { FaultEffect } from './fault-rule.ts';
import { interfere } from './interfere.ts';
import type { World } from './world.ts';

/** How an answer leaves: whole, half and then broken off, or not at all. */
export interface Ended extends Handled {
  sending: 'whole' | 'half' | 'nothing';
}

/** The answer a fault puts in the place of the API's own; undefined where it does not answer. */
function faultAnswer({ knobs }: World, effect: FaultEffect, body: string): Answer | undefined {
  switch (effect.type) {
    case 'status': {
      const made = effect.body === 'html' ? htmlPage(effect.status) : failure(knobs, 1500, effect.status);
      if (effect.retry_after !== undefined) made.headers['retry-after'] = String(effect.retry_after);
      return made;
    }
    case 'rate_limit': {
      const made = failure(knobs, 971);
      made.headers['retry-after'] = String(effect.retry_after);
      return made;
    }
    case 'refuse':
      return failure(knobs, effect.code, 200);
    case 'api_error':
      return failure(knobs, effect.code);
    case 'echo':
      return failure(knobs, 1400, effect.status, `Cannot take this: ${body}`);
    default:
      return undefined;
  }
}

/** Shows other statuses than there are, wherever the answer has them. */
function showStatuses(answer: Answer, { status, ssl_status }: { status?: string; ssl_status?: string }): void {
  const envelope = parseExact(answer.body) as { result?: JsonObject | JsonObject[] };
  for (const result of [envelope.result ?? []].flat()) {
    if (status !== undefined) result.status = status;
    if (ssl_status !== undefined && result.ssl !== undefined) (result.ssl as JsonObject).status = ssl_status;
  }
  answer.body = stringifyExact(envelope);
}

/** Waits `ms` of real time; `signal` (the end of the simulator) cuts it short. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Waits for `ms`; without it, until the other side gives up or the simulator ends. */
async function hang(ms: number | undefined, response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (ms !== undefined) return pause(ms, signal);
  if (!response.closed) await once(response, 'close', { signal }).catch(() => undefined);
}

const strikesAfter = (effect: FaultEffect): boolean => 'when' in effect && effect.when === 'after';

const NO_ANSWER: Answer = { status: 0, code: 0, body: '', headers: {} };
const NOTHING_SENT: Ended = { answer: NO_ANSWER, sending: 'nothing' };

/** What strikes before the call is carried out; undefined where it is carried out all the same. */
async function strikeBefore(
  world: World,
  effect: FaultEffect,
  led: LedCall,
  waiting: { response: ServerResponse; signal: AbortSignal },
): Promise<Ended | undefined> {
  interfere(world, effect, led);
  if (strikesAfter(effect)) return undefined;
  if (effect.type === 'hang') {
    await hang(effect.ms, waiting.response, waiting.signal);
    // A call that is never got to has no effect; one that is late has it, though nobody may wait any more.
    return effect.ms === undefined ? NOTHING_SENT : undefined;
  }
  if (effect.type === 'reset') return NOTHING_SENT;
  const answer = effect.type === 'revoke' ? failure(world.knobs, 10_000) : faultAnswer(world, effect, led.request.body);
  return answer === undefined ? undefined : { answer, sending: 'whole' };
}

/** Carries out a call under the faults that strike it. `signal` ends every wait. */
export async function underFaults(
  world: World,
  led: LedCall,
  effects: readonly FaultEffect[],
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Ended> {
  for (const effect of effects) {
    const ended = await strikeBefore(world, effect, led, { response, signal });
    if (ended !== undefined) return ended;
  }
  const { answer, applied = false, seen = [] } = carryOut(world, led);
  let sending: Ended['sending'] = 'whole';
  for (const effect of effects) {
    if (effect.type === 'statuses' && answer.code === 0) showStatuses(answer, effect);
    if (effect.type === 'truncate') sending = 'half';
    if (!strikesAfter(effect)) continue;
    if (effect.type === 'hang') await hang(effect.ms, response, signal);
    if (effect.type === 'reset') return { answer: NO_ANSWER, applied, sending: 'nothing' };
    const other = faultAnswer(world, effect, led.request.body);
    if (other !== undefined) return { answer: other, applied, sending };
  }
  return { answer, applied, seen, sending };
}
