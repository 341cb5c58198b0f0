import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { call, hostnamesPath } from './call.ts';
import { start } from './running.ts';
import { createSchemaCheck, type Schema } from './schema-check.ts';

const FILE = new URL('../../../shared/reference/cloudflare-openapi-2024-08-custom-hostnames.json', import.meta.url);

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, { schema: Schema }> }> }>>;
  components: { schemas: Record<string, Schema> };
}

const HOSTNAMES = '/zones/{zone_id}/custom_hostnames';

describe.skipIf(!existsSync(FILE))('the official schema of the API (skipped where its file is absent)', () => {
  const document = JSON.parse(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '{}') as OpenApi;
  const check = (path: string, method: string, status: string, value: unknown): string[] => {
    const schema = document.paths[path]?.[method]?.responses[status]?.content['application/json']?.schema;
    return schema === undefined
      ? [`no schema of ${method} ${path}`]
      : createSchemaCheck(document.components.schemas)(schema, value);
  };

  test('describes what lists, reads and edits answer, for every kind of hostname and at every stage', async () => {
    const sandbox = await start({
      seeds: [{ count: 400 }],
      knobs: { messages: 'objects', message: 'Maintenance is near.' },
    });
    for (const days of [0, 1, 8, 40]) {
      sandbox.clock.advance(days * 86_400_000);
      const listed = await call(sandbox, 'GET', `${hostnamesPath(sandbox)}?per_page=1000&ssl=1`);
      expect(check(HOSTNAMES, 'get', '200', listed.envelope)).toEqual([]);
    }
    const [first] = sandbox.hostnames();
    const read = await call(sandbox, 'GET', hostnamesPath(sandbox, first?.id));
    expect(check(`${HOSTNAMES}/{custom_hostname_id}`, 'get', '200', read.envelope)).toEqual([]);
    const edited = await call(sandbox, 'PATCH', hostnamesPath(sandbox, first?.id), {
      ssl: { method: 'txt', type: 'dv' },
    });
    expect(check(`${HOSTNAMES}/{custom_hostname_id}`, 'patch', '200', edited.envelope)).toEqual([]);
  });

  test('describes the neighbours and the refusals', async () => {
    const sandbox = await start();
    const zone = `/zones/${sandbox.zones[0]?.id}`;
    const neighbours = [
      ['/user/tokens/verify', '/user/tokens/verify'],
      [`${zone}/custom_hostnames/fallback_origin`, `${HOSTNAMES}/fallback_origin`],
      [`${zone}/dcv_delegation/uuid`, '/zones/{zone_id}/dcv_delegation/uuid'],
    ] as const;
    const objects = await start({ knobs: { messages: 'objects' } });
    for (const [path, described] of neighbours) {
      const { envelope } = await call(objects, 'GET', path);
      expect(check(described, 'get', '200', envelope)).toEqual([]);
    }
    const refused = await call(sandbox, 'POST', hostnamesPath(sandbox), { hostname: 'no' });
    // The file combines this with the schema of a success, which nothing can fit.
    const failure = { $ref: 'tls-certificates-and-hostnames_api-response-common-failure' };
    expect(createSchemaCheck(document.components.schemas)(failure, refused.envelope)).toEqual([]);
  });
});
