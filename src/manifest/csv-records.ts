import { finished } from 'node:stream/promises';
import { CsvError, Parser } from 'csv-parse';
import { CARRIAGE_RETURN, countLineBreaks, LINE_FEED } from './checked-text.ts';
import { FileProblem } from './problem.ts';
import type { Bytes } from './source-bytes.ts';

/** No row that the API would take comes near this; what does is a quote that was never closed. */
const RECORD_MAX_BYTES = 1_024 * 1_024;

const QUOTE = 0x22;

export interface CsvRecord {
  cells: string[];
  /** Line on which the record starts, counted from 1. */
  line: number;
}

/** The parser with its records put aside at once: waiting for each of them as a stream would take most of the time. */
class RecordParser extends Parser {
  records: string[][] = [];
  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    this.records.push(record);
    return true;
  }
}

/**
 * The records of a CSV file, blank lines and those of delimiters alone left out, in groups as they come out of a chunk of the file. Rows end with LF,
 * CR LF or CR. Throws `FileProblem` where quotes are broken, after all records before that place.
 */
export async function* csvRecords(text: Bytes, delimiter: string): AsyncGenerator<CsvRecord[]> {
  // The parser is not asked for line numbers: it counts a CR LF inside quotes twice, and takes long to tell.
  let line = 1;
  let quotes = false;
  const parser = new RecordParser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: RECORD_MAX_BYTES,
  });
  const collected = (): CsvRecord[] => {
    const records: CsvRecord[] = [];
    for (const cells of parser.records) {
      if (cells.some((cell) => cell.trim() !== '')) records.push({ cells, line });
      line += quotes ? 1 + breaksWithin(cells) : 1;
    }
    parser.records = [];
    return records;
  };
  parser.resume();
  const done = finished(parser);
  // Seen again, and thrown, where the parser is written to.
  done.catch(() => {});
  try {
    for await (const chunk of afterBlankStart(text, (breaks) => {
      line += breaks;
    })) {
      quotes ||= chunk.includes(QUOTE);
      await new Promise<void>((resolve, reject) => {
        parser.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      yield collected();
    }
    parser.end();
    await done;
    yield collected();
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield collected();
    throw faultOf(error, line);
  } finally {
    parser.destroy();
  }
}

/**
 * The text without its leading line breaks, whose number is told to `onSkipped`. The parser takes the first line for the
 * measure of all others, and would make an error object for each that has more cells than a blank one.
 */
async function* afterBlankStart(text: Bytes, onSkipped: (breaks: number) => void): AsyncGenerator<Uint8Array> {
  let started = false;
  let lastByte = 0;
  for await (const chunk of text) {
    const start = started ? 0 : chunk.findIndex((byte) => byte !== LINE_FEED && byte !== CARRIAGE_RETURN);
    if (!started) {
      const blank = Buffer.from(start === -1 ? chunk : chunk.subarray(0, start));
      onSkipped(countLineBreaks(blank, lastByte));
      lastByte = blank[blank.length - 1] ?? lastByte;
    }
    if (start === -1) continue;
    started = true;
    yield chunk.subarray(start);
  }
}

const breaksWithin = (cells: string[]): number =>
  cells.reduce((count, cell) => count + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/** The parser's own messages quote the cell, so they are not passed on. */
function faultOf(error: CsvError, line: number): FileProblem {
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE': {
      const message = 'the row that starts here is longer than 1 MiB; look for a double quote that is not closed';
      return new FileProblem('MANIFEST_BROKEN_QUOTES', message, { line });
    }
    case 'CSV_QUOTE_NOT_CLOSED': {
      const message = 'the row that starts here has a double quote that is never closed';
      return new FileProblem('MANIFEST_BROKEN_QUOTES', message, { line });
    }
    default: {
      const message =
        'the row that starts here has a double quote in a wrong place; put the whole cell in quotes and double those inside';
      return new FileProblem('MANIFEST_BROKEN_QUOTES', message, { line });
    }
  }
}
