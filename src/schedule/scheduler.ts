import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Code } from '../codes/code.ts';
import { EXIT } from '../codes/exit.ts';
import { type ProcessLock, takeProcessLock } from '../disk/process-lock.ts';
import type { QueueBackend } from '../queue/queue-backend.ts';
import { type BatchId, MINUTE, SECOND } from '../terms.ts';
import { dueSlots } from './cron.ts';
import { type RunResult, recordedRun, type ScheduledRun } from './recorded-run.ts';
import type { RunCause } from './run-event.ts';
import { RunLog } from './run-log.ts';
import type { Schedule } from './schedule.ts';
import { findSchedule, listSchedules, makeSchedulesFolder, scheduleFiles, schedulesLock } from './schedule-folder.ts';
import { ScheduleQueue } from './schedule-queue.ts';
import { lateText, missedText, overlapText, windowOverText } from './schedule-text.ts';

export interface SchedulerParts {
  backend: QueueBackend;
  /** Name of this coordinator, which its queue is named after. */
  coordinator: string;
  state: string;
  /** Carries a command out; never rejects, whatever its result. */
  run(run: ScheduledRun): Promise<RunResult>;
  /** When the time ends in which a run due at `slot` may work; undefined where it may work at any time. */
  windowEnd(schedule: Schedule, slot: number): number | undefined;
  /** Whether a batch was planned and is not finished. */
  isUnfinished(batch: BatchId): Promise<boolean>;
  log: Logger;
  /** Says one sentence to the person who watches this process. */
  say(sentence: string): void;
  now(): number;
}

/** How often the files are looked at: for new schedules, for requests, and for slots that the queue forgot. */
const LOOK_EVERY_MS = 2 * SECOND;
/** The queue is given this long to wake for a slot before it counts as forgotten. */
const GRACE_MS = 10 * SECOND;
/** A run that begins later than this after its slot is late. */
const LATE_MS = 1 * MINUTE;

/**
 * Runs the schedules of a state folder: each slot at most once, none while the run before it still goes, and of the slots
 * that came while nobody was there only the newest. What happened is in the run logs, which decide; the queue only wakes.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #lock: ProcessLock;
  readonly #logs = new Map<string, RunLog>();
  readonly #runs = new Map<string, { cause: RunCause; ended: Promise<void> }>();
  readonly #startedAt: number;
  readonly #saidDamaged = new Set<string>();
  #queue: ScheduleQueue | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #closing = false;

  private constructor(parts: SchedulerParts, lock: ProcessLock) {
    this.#parts = parts;
    this.#lock = lock;
    this.#startedAt = parts.now();
  }

  /** Takes over the schedules: carries on what was broken off, makes up for what was missed. Throws `LOCK_HELD`. */
  static async start(parts: SchedulerParts): Promise<Scheduler> {
    await makeSchedulesFolder(parts.state);
    const lock = await takeProcessLock(schedulesLock(parts.state), 'The list of schedules', 'hostroll serve');
    const scheduler = new Scheduler(parts, lock);
    try {
      await scheduler.#takeOver();
    } catch (error) {
      await scheduler.close();
      throw error;
    }
    return scheduler;
  }

  /** Begins nothing more, and resolves when what runs has ended; ending it early is up to the maker of `run`. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    await this.#looking;
    await this.#queue?.close();
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
    for (const log of this.#logs.values()) await log.close();
    await this.#lock.release();
  }

  async #takeOver(): Promise<void> {
    const { schedules } = await listSchedules(this.#parts.state);
    for (const schedule of schedules) await this.#resumeUnfinished(schedule, await this.#logOf(schedule.name));
    for (const schedule of schedules) await this.#runDueSlots(schedule);
    this.#queue = new ScheduleQueue(this.#parts, async (name) => {
      const schedule = await findSchedule(this.#parts.state, name);
      if (schedule !== undefined) await this.#runDueSlots(schedule);
    });
    await this.#look();
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, LOOK_EVERY_MS);
  }

  /** A run that an earlier process began and did not end: its batch goes on; where it had none yet, it begins again, once. */
  async #resumeUnfinished(schedule: Schedule, log: RunLog): Promise<void> {
    const { last } = log.history;
    if (last === undefined || (last.ended_at !== undefined && last.code !== 'INTERRUPTED')) return;
    const { batch, slot } = last;
    const at = slot === undefined ? undefined : Date.parse(slot);
    if (batch !== undefined && (await this.#parts.isUnfinished(batch))) {
      void this.#begin(schedule, log, { cause: 'resumed', slot: at, resume: batch });
      return;
    }
    if (last.ended_at === undefined) {
      const message = 'Its coordinator ended before the run had a plan; nothing was sent.';
      await log.record({ type: 'ended', exit_code: EXIT.unexpected, code: 'BROKEN_OFF', message });
    }
    if (last.cause === 'on_time' && at !== undefined && !this.#isOver(schedule, at)) {
      void this.#begin(schedule, log, { cause: 'late', slot: at, resume: undefined });
    }
  }

  async #look(): Promise<void> {
    const { state, log: logger, say, now } = this.#parts;
    try {
      const { schedules, damaged } = await listSchedules(state);
      for (const { message } of damaged.filter(({ message }) => !this.#saidDamaged.has(message))) {
        this.#saidDamaged.add(message);
        logger.error({ event: 'schedule_damaged', error: message });
        say(message);
      }
      for (const schedule of schedules) {
        await this.#answerRequest(schedule);
        await this.#runDueSlots(schedule, now() - GRACE_MS);
      }
      await this.#forget(new Set(schedules.map(({ name }) => name)));
      await this.#queue?.align(schedules);
    } catch (error) {
      logger.error({ event: 'schedule_look_failed', error: (error as Error).message });
    }
  }

  /** The request goes only when what came of it is recorded, and is then not answered again: a crash does not lose it. */
  async #answerRequest(schedule: Schedule): Promise<void> {
    const { request } = scheduleFiles(this.#parts.state, schedule.name);
    if (this.#closing || !existsSync(request)) return;
    const log = await this.#logOf(schedule.name);
    const { last, skipped } = log.history;
    const asked = (await readFile(request, 'utf8')).trim();
    const isAnswered =
      (last?.cause === 'asked' && last.started_at >= asked) ||
      (skipped !== undefined && skipped.slot === undefined && skipped.at >= asked);
    if (asked === '' || !isAnswered) {
      if (this.#runs.has(schedule.name)) await this.#skip(schedule, log, undefined);
      else if (!(await this.#begin(schedule, log, { cause: 'asked', slot: undefined, resume: undefined }))) return;
    }
    await rm(request, { force: true });
  }

  /** Deals with the slots that have come, if the newest came before `before` (milliseconds). */
  async #runDueSlots(schedule: Schedule, before = Number.POSITIVE_INFINITY): Promise<void> {
    const log = await this.#logOf(schedule.name);
    const running = this.#runs.get(schedule.name);
    // What an earlier process left to be carried on does not cost the slot that came meanwhile: that is next.
    if (this.#closing || running?.cause === 'resumed') return;
    const now = this.#parts.now();
    const after = Math.max(log.history.handledUpTo ?? 0, Date.parse(schedule.set_at));
    const due = dueSlots(schedule, after, now);
    if (due === undefined || due.newest > before) return;
    // From here to the record of it nothing is awaited, so that nobody else deals with the same slot.
    const over = running === undefined && this.#isOver(schedule, due.newest);
    const recorded: Promise<void>[] = [];
    // Slots that follow each other faster than the queue may take to wake are dealt with together, and none is missed.
    const isMissed = (first: number) => first < this.#startedAt || first <= now - GRACE_MS;
    const earlier = due.earlier !== undefined && isMissed(due.earlier.first) ? due.earlier : undefined;
    if (earlier !== undefined || over) {
      const code = over ? 'SCHEDULE_WINDOW_OVER' : 'SCHEDULE_MISSED';
      const { first = due.newest, last = due.newest, count = 0 } = earlier ?? {};
      const all = over ? { first, last: due.newest, count: count + 1 } : { first, last, count };
      const message = over ? windowOverText(schedule, all) : missedText(schedule, all);
      this.#warn(code, schedule, message);
      recorded.push(log.record({ type: 'missed', code, ...iso(all), count: all.count, message }));
    }
    if (running !== undefined) recorded.push(this.#skip(schedule, log, due.newest));
    else if (!over) {
      const late = due.newest < this.#startedAt || now - due.newest > LATE_MS;
      void this.#begin(schedule, log, { cause: late ? 'late' : 'on_time', slot: due.newest, resume: undefined });
    }
    await Promise.all(recorded);
  }

  #skip(schedule: Schedule, log: RunLog, slot: number | undefined): Promise<void> {
    const code = 'SCHEDULE_OVERLAP';
    const message = overlapText(schedule, slot, log.history.last);
    this.#warn(code, schedule, message);
    return log.record({
      type: 'skipped',
      code,
      ...(slot === undefined ? {} : { slot: new Date(slot).toISOString() }),
      message,
    });
  }

  /** Resolves with true when the run is recorded as started, with false where that fails. */
  #begin(schedule: Schedule, log: RunLog, run: Omit<ScheduledRun, 'schedule' | 'onBatch'>): Promise<boolean> {
    const { name } = schedule;
    const { log: logger, say } = this.#parts;
    const { cause, slot, resume } = run;
    if (cause === 'late' && slot !== undefined) this.#warn('SCHEDULE_LATE', schedule, lateText(schedule, slot));
    logger.info({ event: 'schedule_started', schedule: name, cause, slot: slot && new Date(slot).toISOString() });
    say(`Schedule ${name}: ${cause === 'resumed' ? `carries on batch ${resume}` : 'a run begins'}.`);
    return new Promise((begun) => {
      const carryOut = async () => {
        const result = await recordedRun(log, { ...run, schedule }, logger, (recorded) => {
          begun(true);
          return this.#parts.run(recorded);
        });
        logger.info({ event: 'schedule_ended', schedule: name, ...result });
        say(
          `Schedule ${name}: ended with exit code ${result.exit_code}${result.message ? `: ${result.message}` : ''}.`,
        );
      };
      const ended = carryOut()
        .catch((error: Error) => logger.error({ event: 'schedule_log_failed', schedule: name, error: error.message }))
        .finally(() => {
          begun(false);
          this.#runs.delete(name);
        });
      this.#runs.set(name, { cause, ended });
    });
  }

  #isOver(schedule: Schedule, slot: number): boolean {
    const end = this.#parts.windowEnd(schedule, slot);
    return end !== undefined && end <= this.#parts.now();
  }

  #warn(code: Code, { name }: Schedule, message: string): void {
    this.#parts.log.warn({ event: 'schedule_warning', schedule: name, code, message });
    this.#parts.say(message);
  }

  async #logOf(name: string): Promise<RunLog> {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const log = await RunLog.open(scheduleFiles(this.#parts.state, name).runs, this.#parts.now);
    const meanwhile = this.#logs.get(name);
    if (meanwhile !== undefined) {
      await log.close();
      return meanwhile;
    }
    this.#logs.set(name, log);
    return log;
  }

  /** Lets go of the logs of schedules that were removed. */
  async #forget(there: ReadonlySet<string>): Promise<void> {
    for (const [name, log] of this.#logs) {
      if (there.has(name) || this.#runs.has(name)) continue;
      this.#logs.delete(name);
      await log.close();
    }
  }
}

const iso = ({ first, last }: { first: number; last: number }) => ({
  first: new Date(first).toISOString(),
  last: new Date(last).toISOString(),
});
