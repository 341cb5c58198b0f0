import type { LedgerEvent } from '../batch/ledger/ledger-event.ts';
import { didText } from '../batch/run/wave-verdict.ts';
import { readJsonLines } from '../disk/json-lines.ts';
import { tuningText } from '../report/text/steered-text.ts';
import type { Told } from './page/values.ts';

/** Most that is told at once, the newest. */
const MOST = 500;

/** Of these alone the beginning of a line is looked at: rows are a million, these are few. */
const OF_BATCH = /^\{"at":"[^"]*","type":"(started|stage|control|hold|lifted|gate|cooling|stopped|finished)"/;
const HEAD = 80;

/** What happened to a batch as a whole, the oldest first: stages, words of operators, holds, waves, coolings. */
export class BatchStory {
  readonly told: Told[] = [];
  readonly #ledger: string;
  #end = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(ledger: string) {
    this.#ledger = ledger;
  }

  /** Takes in what was written since the last reading. Readings follow each other. */
  readOn(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  async #read(): Promise<void> {
    const isOfBatch = (bytes: Buffer) => OF_BATCH.test(bytes.toString('latin1', 0, HEAD));
    for await (const { value, offset, length } of lines(this.#ledger, this.#end, isOfBatch)) {
      tell(this.told, value, batchText(value));
      this.#end = offset + length + 1;
    }
  }
}

/** What happened to one row, the oldest first: its outcome, and each reading of its hostname. */
export async function toldOfRow(ledger: string, row: number): Promise<Told[]> {
  const names = [Buffer.from(`"row":${row},`), Buffer.from(`"row":${row}}`)];
  const told: Told[] = [];
  for await (const { value } of lines(ledger, 0, (bytes) => names.some((name) => bytes.includes(name))))
    tell(told, value, rowText(value, row));
  return told;
}

function tell(told: Told[], { at }: LedgerEvent, text: string | undefined): void {
  if (text !== undefined) told.push({ at, text });
  if (told.length > MOST) told.shift();
}

/** The lines that are wanted; none of a ledger that is not there yet. */
async function* lines(ledger: string, from: number, wanted: (bytes: Buffer) => boolean) {
  try {
    yield* readJsonLines<LedgerEvent>(ledger, from, wanted);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
const untilText = (until: string | undefined): string => (until === undefined ? '' : ` until ${until}`);

function batchText(event: LedgerEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return `${event.resumed ? 'went on' : 'began'}${event.user === undefined ? '' : `, by ${event.user} on ${event.host}`}`;
    case 'stage':
      return `${event.stage}${event.wave === undefined ? '' : `, wave ${event.wave}`}`;
    case 'control': {
      const { word, by, reason } = event.said;
      const more = event.said.word === 'tune' ? ` to ${tuningText(event.said.tune)}` : '';
      return `${by.user} on ${by.host} said ${word}${more}${because(reason)}`;
    }
    case 'hold':
      return `held by a ${event.by}${because(event.reason)}${untilText(event.until)}`;
    case 'lifted':
      return `what a ${event.by} held goes on`;
    case 'gate':
      return [didText(event), ...event.reasons].join('; ');
    case 'cooling':
      return `lane ${event.lane} cools${untilText(event.until)}${because(event.reason)}`;
    case 'stopped':
      return `stopped, ${event.reason.replaceAll('_', ' ')}${because(event.message)}`;
    case 'finished':
      return `finished with exit code ${event.exit_code}`;
    default:
      return undefined;
  }
}

function rowText(event: LedgerEvent, row: number): string | undefined {
  if (event.type === 'outcome' && event.row === row) {
    const { outcome, code, message, calls, http_status, cf_ray, status, ssl_status } = event;
    const spent = calls === undefined ? undefined : `${calls.read} reads, ${calls.edit} edits`;
    const answer = [
      http_status && `HTTP ${http_status}`,
      cf_ray && `cf-ray ${cf_ray}`,
      stateText({ status, ssl_status }),
    ];
    return [outcome.replaceAll('_', ' '), spent, ...answer, code, message].filter(Boolean).join('; ');
  }
  const entry = event.type === 'settled' ? event.rows.find((one) => one.row === row) : undefined;
  if (entry === undefined) return undefined;
  return ['read again', stateText(entry), ...(entry.errors ?? [])].filter(Boolean).join('; ');
}

const stateText = ({
  status,
  ssl_status,
  phase,
}: { [Name in 'status' | 'ssl_status' | 'phase']?: string | undefined }): string =>
  [status && `hostname ${status}`, ssl_status && `certificate ${ssl_status}`, phase]
    .filter(Boolean)
    .join(', ')
    .replaceAll('_', ' ');
