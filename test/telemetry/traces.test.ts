import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect, it, onTestFinished } from 'vitest';
import { workspaceWith } from '../support/workspace.ts';

interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string }[];
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** Takes spans as a collector does, over HTTP. */
async function receiver() {
  const spans: OtlpSpan[] = [];
  const server = createServer(async (asked, answer) => {
    const body = JSON.parse(await text(asked));
    for (const { scopeSpans } of body.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    answer.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, spans };
}

const attribute = ({ attributes }: OtlpSpan, key: string): unknown =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

it('gives a registered SDK a span for the batch, each stage and each call, and no secret', async () => {
  const { url, spans } = await receiver();
  const provider = new NodeTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url }))],
  });
  provider.register();
  onTestFinished(async () => {
    await provider.shutdown();
    trace.disable();
  });
  const workspace = await workspaceWith({ hostnames: [{ hostname: 'shop.acme-store.net', ssl: {} }] });
  await workspace.file('m.csv', 'hostname,custom_metadata.tier\nshop.acme-store.net,gold\n');
  const { code, stderr } = await workspace.run(['apply', 'm.csv', '--yes', '--wait', '0']);
  expect(code, stderr).toBe(0);
  await provider.forceFlush();

  const batch = spans.find(({ name }) => name === 'hostroll.batch');
  expect(batch && attribute(batch, 'hostroll.batch')).toBe(workspace.batches()[0]);
  // Reading ends before anything runs that could be traced; each span comes by a request of its own, in any order.
  const stages = spans.filter(({ name }) => name.startsWith('hostroll.stage '));
  expect(stages.map(({ name }) => name.split(' ')[1]).sort()).toEqual(['editing', 'planning', 'reporting', 'settling']);
  expect(stages.every(({ parentSpanId }) => parentSpanId === batch?.spanId)).toBe(true);
  const edit = spans.find(({ name }) => name === 'PATCH /client/v4/zones/{id}/custom_hostnames/{id}');
  expect(edit?.links?.map(({ traceId }) => traceId)).toEqual([batch?.traceId]);
  expect(edit && attribute(edit, 'http.response.status_code')).toBe(202);
  expect(edit && attribute(edit, 'server.address')).toBe('127.0.0.1');
  expect(JSON.stringify(spans)).not.toContain(workspace.api.token);
  expect(JSON.stringify(spans)).not.toContain('gold');
});
