/** What is waited for at a time: bounds memory, however many there are. */
const AHEAD = 500;

/**
 * Does `act` with several side by side, as many as it lets, and hands on what comes of each in their order. No further one is
 * begun where `interrupt` aborts.
 */
export async function* inOrder<T, R>(
  all: AsyncIterable<T>,
  act: (one: T) => Promise<R>,
  interrupt: AbortSignal,
): AsyncGenerator<R> {
  const ahead: Promise<R>[] = [];
  for await (const one of all) {
    if (interrupt.aborted) break;
    ahead.push(act(one));
    const first = ahead.length > AHEAD ? ahead.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const each of ahead) yield await each;
}
