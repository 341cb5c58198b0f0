import type { Dispatcher } from 'undici';

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** What an answer begins with; names of headers are in lower case. */
export interface HttpHead {
  status: number;
  headers: Headers;
}

interface HttpLimits {
  /** From the start to the last byte. */
  timeoutMs: number;
  /** Of the body. */
  maxBytes: number;
  /** Is told as soon as it is there: the rest may never come. */
  onHead(head: HttpHead): void;
}

/**
 * Sends one request, and resolves with the whole body as text; undefined where it is larger than `maxBytes`. Rejects as undici
 * does, and with a `TimeoutError`. Its own `request` makes a stream, an iterator and a signal for each, which costs as much
 * again as the call.
 */
export function httpCall(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeoutMs, maxBytes, onHead }: HttpLimits,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let ended: Error | undefined;
    let running: Dispatcher.DispatchController | undefined;
    const end = (why: Error): void => {
      ended = why;
      clearTimeout(timer);
      running?.abort(why);
    };
    const timer = setTimeout(() => {
      end(new DOMException('No whole answer came in time.', 'TimeoutError'));
      reject(ended);
    }, timeoutMs);
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        running = controller;
        // Its time was over before there was a connection: it is not sent any more.
        if (ended !== undefined) controller.abort(ended);
      },
      onResponseStart(_controller, status, headers) {
        // Interim answers (1xx) say nothing.
        if (status >= 200) onHead({ status, headers });
      },
      onResponseData(_controller, chunk) {
        size += chunk.length;
        if (size <= maxBytes) chunks.push(chunk);
        else if (ended === undefined) {
          end(new RangeError('The answer is too large.'));
          resolve(undefined);
        }
      },
      onResponseEnd() {
        clearTimeout(timer);
        resolve((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'));
      },
      onResponseError(_controller, error) {
        clearTimeout(timer);
        reject(error);
      },
    });
  });
}
