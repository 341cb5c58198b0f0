/**
 * A simulator in a process of its own, for benches: `fork` it with the number of hostnames. Tells when it is ready, and when
 * the first, half and the last of so many edits were answered; at the word `judge`, what it saw.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { RateLimitOptions } from '../src/sandbox/rate-limit.ts';
import { startSandbox } from '../src/sandbox/start-sandbox.ts';

/** What the parent is told. */
interface Told {
  ready: { url: string; token: string; zone: string };
  first: true;
  half: true;
  last: true;
  /** Method of the next call since it was asked for. */
  called: string;
  /** Hostnames edited, how often one at most, calls that were refused for the limit, all calls, and when the last of them began. */
  judged: Record<'hostnames' | 'most' | 'limited' | 'calls' | 'last_call', number>;
}

export const hostnameAt = (at: number): string => `shop-${at + 1}.acme-store.net`;
/** As the API has them: UUIDs. */
export const idAt = (at: number): string => `${(at + 1).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

/** A running simulator. */
export interface Simulator extends Record<'url' | 'token' | 'zone', string> {
  /** Calls back once: when the first edit, half as many as there are hostnames, and as many were answered. */
  on(moment: 'first' | 'half' | 'last', then: () => void): void;
  judge(): Promise<Told['judged']>;
  /** Resolves at the next call of any kind, with its method. */
  nextCall(): Promise<string>;
  close(): void;
}

/** No limit, and answers as soon as a network would bring them, unless told otherwise. */
export interface Behaviour {
  latency_ms?: number;
  /** So many, the first, have already what the manifest asks for. */
  holding?: number;
  rate_limit?: RateLimitOptions;
}

/** Starts one with so many hostnames, each of which an edit is awaited of. */
export async function startSimulator(hostnames: number, behaviour: Behaviour = {}): Promise<Simulator> {
  const child = fork(fileURLToPath(import.meta.url), [String(hostnames), JSON.stringify(behaviour)]);
  const ready = await told(child, 'ready');
  return {
    ...ready,
    on: (moment, then) => void told(child, moment).then(then),
    judge: () => {
      child.send('judge');
      return told(child, 'judged');
    },
    nextCall: () => {
      child.send('next');
      return told(child, 'called');
    },
    close: () => void child.kill('SIGKILL'),
  };
}

const told = <K extends keyof Told>(child: ChildProcess, what: K): Promise<Told[K]> =>
  new Promise((resolve) => {
    child.on('message', function hear(message: Partial<Told>) {
      const value = message[what];
      if (value === undefined) return;
      child.off('message', hear);
      resolve(value as Told[K]);
    });
  });

async function serve(
  count: number,
  { latency_ms = 1, holding = 0, ...limits }: Behaviour,
  tell: (message: Partial<Told>) => void,
): Promise<void> {
  const hostnames = Array.from({ length: count }, (_, at) => ({
    ...{ hostname: hostnameAt(at), id: idAt(at), ssl: {} },
    ...(at < holding ? { custom_metadata: { tier: 'gold' } } : {}),
  }));
  const latency = { min_ms: latency_ms, max_ms: latency_ms };
  const api = await startSandbox({ plan: 'enterprise', no_limits: true, hostnames, latency, ...limits });
  let edits = 0;
  let isAwaited = false;
  let last_call = 0;
  subscribe('http.server.request.start', () => {
    last_call = Date.now();
  });
  subscribe('http.server.response.finish', (message) => {
    const { method = '' } = (message as { request: IncomingMessage }).request;
    if (isAwaited) tell({ called: method });
    isAwaited = false;
    if (method !== 'PATCH') return;
    edits++;
    if (edits === 1) tell({ first: true });
    if (edits === Math.ceil(count / 2)) tell({ half: true });
    if (edits === count) tell({ last: true });
  });
  process.on('message', (word) => {
    if (word === 'next') {
      isAwaited = true;
      return;
    }
    const { applied, rejected, calls } = api.judge();
    let most = 0;
    for (const times of applied.values()) most = Math.max(most, times);
    const limited = rejected['971'] ?? rejected['429'] ?? 0;
    tell({ judged: { hostnames: applied.size, most, limited, calls: calls.all, last_call } });
  });
  tell({ ready: { url: api.url, token: api.token, zone: api.zones[0]?.id ?? '' } });
}

const send = process.send?.bind(process);
if (send !== undefined && process.argv[1] === fileURLToPath(import.meta.url))
  await serve(Number(process.argv[2]), JSON.parse(process.argv[3] ?? '{}'), (message) => void send(message));
