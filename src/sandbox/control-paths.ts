import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringifyExact } from '../json/exact-json.ts';
import type { JsonObject } from '../terms.ts';
import type { Control } from './control.ts';
import type { Dns } from './dns.ts';
import { FAULT_RULE } from './fault-rule.ts';
import type { Judgement } from './judge.ts';
import type { World } from './world.ts';

function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(stringifyExact(value));
}

/** A Judgement as JSON holds it. */
const wireJudgement = (judgement: Judgement): object => ({
  ...judgement,
  applied: Object.fromEntries(judgement.applied),
});

/** Streams all hostnames as one JSON array: a million of them do not fit into one string. */
async function answerState(response: ServerResponse, control: Control): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  let separator = '[';
  for (const hostname of control.hostnames()) {
    if (!response.write(separator + stringifyExact(hostname))) {
      await new Promise<void>((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    separator = ',\n';
  }
  response.end(separator === '[' ? '[]' : ']');
}

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
    control.addFaults(...[body].flat().map((rule) => FAULT_RULE.parse(rule)));
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
export function controlHandler(world: World, control: Control) {
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
}
