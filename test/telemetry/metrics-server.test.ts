import { request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { serveMetrics } from '../../src/telemetry/metrics-server.ts';

async function served(isReady = async () => true) {
  const metrics = new Metrics('1.2.3', Date.now);
  const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, { metrics, isReady });
  onTestFinished(async () => {
    await server.close();
    metrics.close();
  });
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const { statusCode, body, headers } = await request(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: statusCode, text: await body.text(), type: headers['content-type'] };
  };
  return { server, metrics, ask };
}

it('serves metrics in the format that Prometheus reads', async () => {
  const { ask } = await served();
  const { status, text, type } = await ask('/metrics');
  expect(status).toBe(200);
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toContain('hostroll_build_info{version="1.2.3"} 1');
});

it('is alive in any case, and ready only while the queue answers', async () => {
  let ready = true;
  const { ask } = await served(async () => ready);
  expect((await ask('/readyz')).status).toBe(200);
  ready = false;
  expect((await ask('/readyz')).status).toBe(503);
  expect((await ask('/healthz')).status).toBe(200);
});

it('takes nothing but questions', async () => {
  const { ask } = await served();
  expect((await ask('/metrics', 'POST')).status).toBe(405);
  expect((await ask('/elsewhere')).status).toBe(404);
});

it('says which address is taken', async () => {
  const { server, metrics } = await served();
  const again = serveMetrics({ host: '127.0.0.1', port: server.port }, { metrics, isReady: async () => true });
  await expect(again).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
});
