import type { Logger } from 'pino';
import type { BatchView } from '../batch/view/batch-view.ts';
import type { Address } from '../config/address.ts';
import { startTraces } from './traces.ts';

/** What of a process is told to other tools. */
export interface Telemetry {
  /** A batch is part of the metrics until the returned function is called. */
  follow(view: () => BatchView): () => void;
  close(): Promise<void>;
}

export interface TelemetryOptions {
  /** Where metrics are served, if anywhere. */
  metrics: Address | undefined;
  /** The file that they are kept in, if any. */
  metricsFile: string | undefined;
  version: string;
  /** Whether the queue answers. */
  isReady(): Promise<boolean>;
  log: Pick<Logger, 'info' | 'error'>;
}

/**
 * Starts what is asked for, and loads nothing else. Throws `ADDRESS_REFUSED` and `DISK_REFUSED`; what goes wrong later is
 * logged, and ends no batch.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { metrics: address, metricsFile, version, isReady, log } = options;
  const opened: (() => unknown)[] = [];
  const close = async () => {
    for (let end = opened.pop(); end !== undefined; end = opened.pop()) await end();
  };
  try {
    opened.push(await startTraces(version));
    if (address === undefined && metricsFile === undefined) return { follow: () => () => {}, close };
    const { Metrics } = await import('./metrics.ts');
    const metrics = new Metrics(version, Date.now);
    opened.push(() => metrics.close());
    if (metricsFile !== undefined) {
      const { keepMetricsFile } = await import('./metrics-file.ts');
      const onTrouble = (error: Error) => log.error({ event: 'metrics_file_failed', error: error.message });
      opened.push(await keepMetricsFile(metricsFile, { metrics, onTrouble }));
    }
    if (address !== undefined) {
      const { serveMetrics } = await import('./metrics-server.ts');
      const server = await serveMetrics(address, { metrics, isReady });
      log.info({ event: 'metrics_served', host: address.host, port: server.port });
      opened.push(() => server.close());
    }
    return { follow: (view) => metrics.follow(view), close };
  } catch (error) {
    await close();
    throw error;
  }
}
