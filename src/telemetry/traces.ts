import { createHash } from 'node:crypto';
import type { Attributes, Span, SpanContext } from '@opentelemetry/api';
import { EVENTS, type Recorded } from '../batch/ledger/events-channel.ts';
import { CALLS, type CallMade } from '../lane/calls-channel.ts';
import type { BatchId } from '../terms.ts';

/** Where a registered SDK leaves itself for every copy of `@opentelemetry/api`. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/**
 * Where the user has registered an OpenTelemetry SDK: a span for each batch and each stage of it, and one for each call, with
 * a link to its batch. Without one nothing is loaded. Never a body, never a token. Returns how that ends.
 */
export async function startTraces(version: string): Promise<() => void> {
  const registered = (globalThis as { [REGISTERED]?: { trace?: unknown } })[REGISTERED];
  if (registered?.trace === undefined) return () => {};
  const { context, SpanKind, SpanStatusCode, TraceFlags, trace } = await import('@opentelemetry/api');
  const tracer = trace.getTracer('hostroll', version);
  const running = new Map<BatchId, { span: Span; stage?: Span }>();

  const contextOf = (batch: BatchId): SpanContext => ({
    ...idsOf(batch),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
  const within = (span: Span) => trace.setSpan(context.active(), span);
  const begin = (batch: BatchId, startTime: number) => {
    const root = trace.setSpanContext(context.active(), contextOf(batch));
    const span = tracer.startSpan('hostroll.batch', { startTime, attributes: { 'hostroll.batch': batch } }, root);
    const begun: { span: Span; stage?: Span } = { span };
    running.set(batch, begun);
    return begun;
  };

  const recorded = (message: unknown) => {
    const { batch, event } = message as Recorded;
    const at = Date.parse(event.at);
    const { type } = event;
    if (type !== 'started' && type !== 'stage' && type !== 'stopped' && type !== 'finished') return;
    const of = running.get(batch) ?? begin(batch, at);
    if (type === 'started') return;
    of.stage?.end(at);
    if (type === 'stage') {
      const attributes: Attributes = { 'hostroll.batch': batch, 'hostroll.wave': event.wave ?? 0 };
      of.stage = tracer.startSpan(`hostroll.stage ${event.stage}`, { startTime: at, attributes }, within(of.span));
      return;
    }
    if (type === 'stopped') of.span.setStatus({ code: SpanStatusCode.ERROR, message: event.code ?? event.reason });
    else of.span.setAttribute('hostroll.exit_code', event.exit_code);
    of.span.end(at);
    running.delete(batch);
  };

  const called = (message: unknown) => {
    const { job, lane, kind, started, ended, code, request, cf_ray } = message as CallMade;
    const span = tracer.startSpan(
      request === undefined ? `hostroll.${kind}` : `${request.method} ${templateOf(request.url)}`,
      {
        ...{ kind: SpanKind.CLIENT, root: true, startTime: started, links: [{ context: contextOf(job.batch) }] },
        attributes: {
          ...{ 'hostroll.batch': job.batch, 'hostroll.job': job.key, 'hostroll.lane': lane, 'hostroll.call': kind },
          ...(request === undefined ? {} : httpAttributes(request)),
          ...(cf_ray === undefined ? {} : { 'http.response.header.cf-ray': [cf_ray] }),
          ...(code === undefined ? {} : { 'error.type': code }),
        },
      },
    );
    if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.end(ended);
  };

  EVENTS.subscribe(recorded);
  CALLS.subscribe(called);
  return () => {
    EVENTS.unsubscribe(recorded);
    CALLS.unsubscribe(called);
    for (const { span, stage } of running.values()) {
      stage?.end();
      span.end();
    }
  };
}

/**
 * The trace of a batch, made of its id: so every process that works for it, and one that resumes it, finds the same without
 * being told.
 */
function idsOf(batch: BatchId): { traceId: string; spanId: string } {
  const digest = createHash('sha256').update(batch).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function httpAttributes({ method, url, status }: NonNullable<CallMade['request']>): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    'http.request.method': method,
    'url.full': url,
    'url.template': templateOf(url),
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
  };
}

/** The path with its ids left out, so that calls of a kind have one name. */
const templateOf = (url: string): string =>
  new URL(url).pathname.replace(/\/(zones|custom_hostnames|certificate_pack|certificates)\/[^/]+/g, '/$1/{id}');
