import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publishEvent, type Recorded } from '../../src/batch/ledger/events-channel.ts';
import type { LedgerEvent } from '../../src/batch/ledger/ledger-event.ts';
import { LiveView } from '../../src/batch/view/live-view.ts';
import { CALLS, type CallMade } from '../../src/lane/calls-channel.ts';
import { newLaneJob, rowKey } from '../../src/lane/lane-job.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import type { BatchId, CustomHostnameId, Hostname, ZoneId } from '../../src/terms.ts';

const NOW = Date.UTC(2026, 10, 27);
const BATCH = '20261127-000000-abcd' as BatchId;
const NAME = 'shop.acme-store.net';
const PROMTOOL = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((path) => existsSync(path));
const example = (file: string): string => fileURLToPath(new URL(`../../examples/monitoring/${file}`, import.meta.url));

function metrics(): Metrics {
  const made = new Metrics('1.2.3', () => NOW);
  onTestFinished(() => made.close());
  return made;
}

/** Lines of what hostroll itself measures. */
const linesOf = async (made: Metrics): Promise<string[]> =>
  (await made.text()).split('\n').filter((line) => line.startsWith('hostroll_'));

const job = newLaneJob({
  ...{ kind: 'row', batch: BATCH, key: rowKey(1), row: 1, zone_id: 'z1' as ZoneId, id: 'h1' as CustomHostnameId },
  ...{ hostname: NAME as Hostname, step: 'edit', in_doubt: false, paths: ['ssl.method'] },
  body: { ssl: { method: 'txt', certificate_authority: 'google' } },
});

const called = (more: Partial<CallMade> = {}) =>
  CALLS.publish({
    ...{ lane: 'default', kind: 'edit', job, started: NOW, ended: NOW + 300 },
    ...{ code: undefined, request: undefined, cf_ray: undefined },
    ...more,
  } satisfies CallMade);

const recorded = (event: LedgerEvent, kind?: Recorded['kind']) =>
  publishEvent(`/state/batches/${BATCH}/ledger.jsonl`, event, kind);

describe('metrics', () => {
  it('count calls by what they are and what came of them, with how long they took', async () => {
    const made = metrics();
    called();
    called({ code: 'CF_RATE_LIMITED' });
    const lines = await linesOf(made);
    const labels = 'lane="default",kind="edit"';
    const subject = 'zone="z1",ca="google",method="txt"';
    expect(lines).toContain(`hostroll_calls_total{${labels},code="",${subject}} 1`);
    expect(lines).toContain(`hostroll_calls_total{${labels},code="CF_RATE_LIMITED",${subject}} 1`);
    expect(lines).toContain(`hostroll_call_duration_seconds_bucket{le="0.25",${labels}} 0`);
    expect(lines).toContain(`hostroll_call_duration_seconds_bucket{le="0.5",${labels}} 2`);
  });

  it('count rows by outcome and code, coolings and ends, as ledgers record them', async () => {
    const made = metrics();
    const at = new Date(NOW).toISOString();
    recorded({ at, type: 'outcome', row: 1, outcome: 'edited' }, { zone_id: 'z1', certificate_authority: 'google' });
    recorded({ at, type: 'outcome', row: 2, outcome: 'failed', code: 'CF_1434', message: NAME });
    recorded({ at, type: 'cooling', until: at, reason: 'CF_RATE_LIMITED', lane: 'default' });
    recorded({ at, type: 'finished', exit_code: 2 });
    const lines = await linesOf(made);
    expect(lines).toContain('hostroll_rows_total{outcome="edited",code="",zone="z1",ca="google",method=""} 1');
    expect(lines).toContain('hostroll_rows_total{outcome="failed",code="CF_1434",zone="",ca="",method=""} 1');
    expect(lines).toContain('hostroll_lane_coolings_total{lane="default",code="CF_RATE_LIMITED"} 1');
    expect(lines).toContain('hostroll_batches_ended_total{end="finished",exit_code="2",code=""} 1');
  });

  it('have no label that grows without bounds, whatever manifests and the API say', async () => {
    const made = metrics();
    const at = new Date(NOW).toISOString();
    for (let row = 1; row <= 700; row++)
      recorded({ at, type: 'outcome', row, outcome: 'edited' }, { certificate_authority: `ca-${row}` });
    const lines = (await linesOf(made)).filter((line) => line.startsWith('hostroll_rows_total{'));
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toContain('ca="other",method=""} 200');
  });

  it('tell how the batches that run here stand, and nothing of one that is over', async () => {
    const made = metrics();
    const progress = new LiveView([{ name: 'default', perSecond: 3.2 }], () => NOW);
    progress.cooling(new Date(NOW + 90_000).toISOString(), 'CF_RATE_LIMITED', 'default');
    const unfollow = made.follow(() => progress.view());
    const during = await linesOf(made);
    expect(during).toContain('hostroll_batches{stage="reading"} 1');
    expect(during).toContain('hostroll_batches{stage="editing"} 0');
    expect(during).toContain('hostroll_lane_budget_calls_per_second{lane="default"} 3.2');
    expect(during).toContain('hostroll_lane_cooling_seconds{lane="default"} 90');
    unfollow();
    const after = await linesOf(made);
    expect(after).toContain('hostroll_batches{stage="reading"} 0');
    expect(after.join('\n')).not.toContain('hostroll_lane_cooling_seconds{');
  });

  it('name no hostname and no batch', async () => {
    const made = metrics();
    called({ code: 'CF_1434' });
    recorded({ at: new Date(NOW).toISOString(), type: 'outcome', row: 1, outcome: 'edited', message: NAME });
    const text = await made.text();
    expect(text).not.toContain(NAME);
    expect(text).not.toContain(BATCH);
  });

  it.each(['grafana-dashboard.json', 'alerts.yaml'])('have all that examples/monitoring/%s asks for', (file) => {
    const text = readFileSync(example(file), 'utf8');
    const { labels } = metrics();
    const asked = new Set(text.match(/\bhostroll_[a-z_]+/g));
    expect(asked.size).toBeGreaterThan(4);
    const known = [...labels.keys()].flatMap((name) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
    expect([...asked].filter((name) => !known.includes(name))).toEqual([]);
    const selected = [...text.matchAll(/(hostroll_[a-z_]+)\{([a-z_]+)/g)];
    expect(selected.filter(([, name = '', label = '']) => !labels.get(name)?.includes(label))).toEqual([]);
    const grouped = [...text.matchAll(/by \(([a-z_, ]+)\)/g)].flatMap(([, names = '']) => names.split(/, */));
    const anyLabel = new Set(['le', ...[...labels.values()].flat()]);
    expect(grouped.filter((label) => !anyLabel.has(label))).toEqual([]);
  });

  it.runIf(PROMTOOL)('and their rules are good Prometheus to promtool (package prometheus)', async () => {
    const check = (words: string[], input = '') =>
      spawnSync(PROMTOOL ?? '', ['check', ...words], { input, encoding: 'utf8' });
    const rules = check(['rules', example('alerts.yaml')]);
    expect(rules.stdout + rules.stderr).toContain('SUCCESS: 6 rules found');
    const { stderr } = check(['metrics'], await metrics().text());
    // What prom-client says of Node.js has names of its own.
    expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_'))).toEqual([]);
  });
});
