import type { Logger } from 'pino';
import { EVENTS, type Recorded } from '../batch/ledger/events-channel.ts';
import { MINUTE, SECOND } from '../terms.ts';
import { type Notice, type NoticeKind, NoticeMaker } from './notice.ts';

/** Somebody who is told. */
export interface NoticeTarget {
  /** For the log: never the URL, which may be the secret. */
  name: string;
  kinds: readonly NoticeKind[];
  /** `gone`: nobody wants to hear more. Throws where it was not taken. */
  send(notice: Notice, id: string): Promise<'told' | 'gone'>;
}

/** Waits before a notice is sent once more; where all are over it is given up. */
const AGAIN_MS = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE];
/** Notices that wait for one target, at most; the oldest give way. */
const MOST_WAITING = 200;
/** How long the end of a process waits for what is still to be told. */
const GRACE_MS = 10 * SECOND;

/**
 * Tells targets what there is to tell, each in its own order and time: a target that is slow or broken holds up neither a
 * batch nor another target, and its failures are logged.
 */
export class Notifier {
  readonly #tellers: Teller[];
  readonly #maker = new NoticeMaker();
  #count = 0;

  constructor(
    targets: readonly NoticeTarget[],
    parts: { log: Logger; sleep(ms: number, stop: AbortSignal): Promise<void> },
  ) {
    this.#tellers = targets.map((target) => new Teller(target, parts));
  }

  /** Tells what happens to the batches of this process, too. */
  listen(): this {
    EVENTS.subscribe(this.#hear);
    return this;
  }

  readonly #hear = (message: unknown): void => {
    const { batch, event } = message as Recorded;
    const notice = this.#maker.of(batch, event);
    if (notice !== undefined) this.tell(notice);
  };

  tell(notice: Notice): void {
    const { type, timestamp, data } = notice;
    this.#count += 1;
    const id = [data.batch, type.replace('batch.', ''), Date.parse(timestamp), this.#count].filter(Boolean).join('.');
    for (const teller of this.#tellers) teller.tell(notice, id);
  }

  /** Hears no more, and resolves when all is told, or after a short time. */
  async close(): Promise<void> {
    EVENTS.unsubscribe(this.#hear);
    await Promise.all(this.#tellers.map((teller) => teller.close()));
  }
}

class Teller {
  readonly #target: NoticeTarget;
  readonly #log: Logger;
  readonly #sleep: (ms: number, stop: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  readonly #waiting: { notice: Notice; id: string }[] = [];
  #work: Promise<void> | undefined;
  #isGone = false;

  constructor(
    target: NoticeTarget,
    { log, sleep }: { log: Logger; sleep(ms: number, stop: AbortSignal): Promise<void> },
  ) {
    this.#target = target;
    this.#log = log;
    this.#sleep = sleep;
  }

  tell(notice: Notice, id: string): void {
    const { kinds, name } = this.#target;
    if (this.#isGone || !kinds.some((kind) => notice.type.endsWith(`.${kind}`))) return;
    this.#waiting.push({ notice, id });
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#log.warn({ event: 'notice_dropped', target: name });
    }
    this.#work ??= this.#tellAll().finally(() => {
      this.#work = undefined;
    });
  }

  async close(): Promise<void> {
    if (this.#work === undefined) return;
    const enough = new AbortController();
    const grace = this.#sleep(GRACE_MS, enough.signal);
    await Promise.race([this.#work, grace]);
    enough.abort();
    this.#stop.abort();
    for (const { notice } of this.#waiting)
      this.#log.warn({ event: 'notice_lost', target: this.#target.name, type: notice.type });
  }

  async #tellAll(): Promise<void> {
    // A batch must not wait for what is done before the first await.
    await Promise.resolve();
    for (let next = this.#waiting[0]; next !== undefined && !this.#stop.signal.aborted; next = this.#waiting[0]) {
      await this.#tellOne(next.notice, next.id);
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  async #tellOne(notice: Notice, id: string): Promise<void> {
    const { name } = this.#target;
    for (const wait of [...AGAIN_MS, undefined]) {
      try {
        if ((await this.#target.send(notice, id)) === 'told') return;
        this.#isGone = true;
        this.#waiting.length = 0;
        this.#log.warn({ event: 'notice_target_gone', target: name });
        return;
      } catch (error) {
        const message = (error as Error).message;
        this.#log.warn({
          event: wait === undefined ? 'notice_given_up' : 'notice_failed',
          target: name,
          type: notice.type,
          error: message,
        });
      }
      if (wait === undefined || this.#stop.signal.aborted) return;
      await this.#sleep(wait, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
    }
  }
}
