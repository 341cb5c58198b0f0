import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { batchFolder } from '../../src/batch/ledger/batch-folder.ts';
import { createBatchFolder } from '../../src/batch/ledger/new-batch.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Engine, LendEngine } from '../../src/coordinator/engine.ts';
import {
  type Planned,
  type Prepare,
  planAndRun,
  planOnly,
  type Session,
  standingOf,
} from '../../src/coordinator/session.ts';
import { takeProcessLock } from '../../src/disk/process-lock.ts';
import { type BatchId, HostrollError } from '../../src/terms.ts';

/** A session in a state folder of its own; its engine is nothing but its name, as no test here makes a call. */
async function sessionIn(more: Partial<Session> = {}): Promise<{ session: Session; batches(): Promise<string[]> }> {
  const state = await mkdtemp(join(tmpdir(), 'hostroll-session-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const session: Session = {
    config: readConfig({ state }, { CLOUDFLARE_API_TOKEN: 'token' }),
    command: 'a test',
    interrupt: new AbortController().signal,
    engine: (use) => use(ENGINE),
    screen: {},
    ...more,
  };
  return { session, batches: () => readdir(join(state, 'batches')) };
}

/** Runs nothing. */
const ENGINE = { telemetry: { follow: () => () => {} } } as unknown as Engine;

const PLANNED = { file: {}, summary: { counts: {} } } as Planned;
const plansTo =
  (planned: Planned): Prepare =>
  async () =>
  async () =>
    planned;

describe('a session', () => {
  it('leaves nothing of a batch that was only planned', async () => {
    const { session, batches } = await sessionIn();
    expect(await planOnly(session, plansTo(PLANNED))).toBe(PLANNED.summary);
    expect(await batches()).toEqual([]);
  });

  it('leaves nothing of a batch whose plan is not agreed to', async () => {
    const planned = () => Promise.reject(new HostrollError('NOT_CONFIRMED', 'Nothing was sent.'));
    const { session, batches } = await sessionIn({ screen: { planned } });
    await expect(planAndRun(session, plansTo(PLANNED))).rejects.toThrow('Nothing was sent.');
    expect(await batches()).toEqual([]);
  });

  it('leaves nothing of a batch that cannot be planned, and holds its lock until then', async () => {
    const { session, batches } = await sessionIn();
    let lock = '';
    const prepare: Prepare = async ({ folder }) => {
      lock = folder.lock;
      await expect(takeProcessLock(lock, 'The batch', 'another')).rejects.toThrow(/in use by process .*a test/);
      throw new HostrollError('MANIFEST_INVALID', 'It is empty.');
    };
    await expect(planAndRun(session, prepare)).rejects.toThrow('It is empty.');
    expect(existsSync(lock)).toBe(false);
    expect(await batches()).toEqual([]);
  });

  it('needs no engine before what needs no queue is done', async () => {
    const order: string[] = [];
    const engine: LendEngine = (use) => {
      order.push('engine');
      return use(ENGINE);
    };
    const { session } = await sessionIn({ engine });
    const prepare: Prepare = async () => {
      order.push('manifest read');
      return async () => {
        order.push('planned');
        return PLANNED;
      };
    };
    await planOnly(session, prepare);
    expect(order).toEqual(['manifest read', 'engine', 'planned']);
  });

  it('goes on in the folder of a batch that an earlier process began to plan', async () => {
    const { session } = await sessionIn();
    const { batch } = await createBatchFolder(session.config.state, Date.now());
    const seen: BatchId[] = [];
    const prepare: Prepare = async ({ folder }) => {
      seen.push(folder.batch);
      throw new HostrollError('INTERRUPTED', 'Interrupted.');
    };
    await expect(planAndRun(session, prepare, batch)).rejects.toThrow('Interrupted.');
    // It was interrupted and left no folder; whoever comes next makes it again.
    await expect(planAndRun(session, prepare, batch)).rejects.toThrow('Interrupted.');
    expect(seen).toEqual([batch, batch]);
  });

  it('knows a batch without a plan from one that stands anywhere', async () => {
    const { session } = await sessionIn();
    const { state } = session.config;
    const { batch } = await createBatchFolder(state, Date.now());
    expect(await standingOf(state, batch)).toBeUndefined();
    expect(await standingOf(state, batchFolder(state, 'none' as BatchId).batch)).toBeUndefined();
  });
});
