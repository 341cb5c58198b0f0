import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../terms.ts';
import { advance } from './advance.ts';
import type { LoggedCall } from './call-log.ts';
import { type Dns, dnsFacts } from './dns.ts';
import type { FaultRule } from './fault-rule.ts';
import type { Judgement } from './judge.ts';
import type { StoredHostname } from './stored-hostname.ts';
import type { WireHostname } from './wire-hostname.ts';
import { showHostname, type World } from './world.ts';

/** What tests and operators can do to a running simulator beyond its API; none of it counts as a call. */
export interface Control {
  /** `windowMs`: over which window the peak of calls is sought; the rate limit's by default. */
  judge(windowMs?: number): Judgement;
  /** The calls about one hostname, in order. */
  calls(hostname: string): LoggedCall[];
  /** A hostname as the API would show it now, by its name or id; undefined where it is not (or no longer) there. */
  hostname(nameOrId: string): WireHostname | undefined;
  /** All hostnames of all zones (or one), as the API would show them now. */
  hostnames(zoneId?: string): Generator<WireHostname & { zone_id: string }>;
  /** Changes what is in the DNS of a hostname from now on; what is not said stays as it was. False where it is not there. */
  setDns(hostname: string, facts: Partial<Dns>): boolean;
  addFaults(...rules: FaultRule[]): void;
  clearFaults(): void;
  /** From now on every call answers 403 with code 10000. */
  revokeToken(): void;
}

const DEFAULT_WINDOW_MS = 300_000;

export const createControl = (world: World, windowMs = DEFAULT_WINDOW_MS): Control => {
  const find = (nameOrId: string): StoredHostname | undefined => {
    for (const zone of world.zones) {
      const record = zone.byHostname.get(nameOrId) ?? zone.byId.get(nameOrId);
      if (record !== undefined) return record;
    }
    return undefined;
  };
  return {
    judge: (window = windowMs) => world.judge.judge(window),
    calls(hostname) {
      const record = find(hostname) ?? world.records.find((known) => known.hostname === hostname);
      return record === undefined ? [] : world.judge.calls(record);
    },
    hostname(nameOrId) {
      const record = find(nameOrId);
      return record === undefined ? undefined : showHostname(world, record);
    },
    *hostnames(zoneId) {
      for (const zone of world.zones) {
        if (zoneId !== undefined && zone.id !== zoneId) continue;
        for (const record of zone.records) yield { ...showHostname(world, record), zone_id: zone.id };
      }
    },
    setDns(hostname, facts) {
      const record = find(hostname);
      if (record === undefined) return false;
      const now = world.clock.now();
      // What the old facts have brought about until now stays.
      advance(record, now);
      record.dns = dnsFacts({ ...record.dns, ...facts });
      record.dnsSince = now;
      return true;
    },
    addFaults: (...rules) => world.faults.add(...rules),
    clearFaults: () => world.faults.clear(),
    revokeToken() {
      world.credentials.revoked = true;
    },
  };
};

const answerJson = (response: ServerResponse, value: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

/** A Judgement as JSON holds it. */
const wireJudgement = (judgement: Judgement): object => ({
  ...judgement,
  applied: Object.fromEntries(judgement.applied),
});

/** Streams all hostnames as one JSON array: a million of them do not fit into one string. */
const answerState = async (response: ServerResponse, control: Control): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/json' });
  let separator = '[';
  for (const hostname of control.hostnames()) {
    if (!response.write(separator + JSON.stringify(hostname))) {
      await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    separator = ',\n';
  }
  response.end(separator === '[' ? '[]' : ']');
};

type ControlHandler = (call: {
  query: URLSearchParams;
  body: JsonObject | JsonObject[];
  response: ServerResponse;
}) => void | Promise<void>;

const controlRoutes = (world: World, control: Control): Record<string, ControlHandler> => ({
  'GET judge': ({ query, response }) => {
    const window = query.get('window_ms');
    answerJson(response, wireJudgement(control.judge(window === null ? undefined : Number(window))));
  },
  'GET calls': ({ query, response }) => answerJson(response, control.calls(query.get('hostname') ?? '')),
  'GET state': ({ response }) => answerState(response, control),
  'GET clock': ({ response }) => answerJson(response, { now: world.clock.now() }),
  'POST clock': ({ body, response }) => {
    world.clock.advance(Number((body as JsonObject).advance_ms));
    answerJson(response, { now: world.clock.now() });
  },
  'POST dns': ({ body, response }) => {
    const { hostname, ...facts } = body as JsonObject;
    const known = control.setDns(String(hostname), facts as Partial<Dns>);
    answerJson(response, { known }, known ? 200 : 404);
  },
  'POST faults': ({ body, response }) => {
    control.addFaults(...((Array.isArray(body) ? body : [body]) as unknown as FaultRule[]));
    answerJson(response, {});
  },
  'DELETE faults': ({ response }) => {
    control.clearFaults();
    answerJson(response, {});
  },
  'POST revoke-token': ({ response }) => {
    control.revokeToken();
    answerJson(response, {});
  },
});

/** The control paths over HTTP, given as the segment after `/__sandbox/`. */
export const createControlHandler = (world: World, control: Control) => {
  const routes = controlRoutes(world, control);
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> => {
    const handler = routes[`${request.method} ${path}`];
    if (handler === undefined)
      return answerJson(response, { error: `No control path ${request.method} ${path}.` }, 404);
    try {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      await handler({ query, body: text === '' ? {} : JSON.parse(text), response });
    } catch (error) {
      answerJson(response, { error: error instanceof Error ? error.message : String(error) }, 400);
    }
  };
};
