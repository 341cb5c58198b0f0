import { useEffect, useState } from 'preact/hooks';
import { ask } from './server.ts';
import type { View } from './values.ts';

/** When a stream is opened anew that the browser has given up: one that was refused, as by another process on the port. */
const AGAIN_MS = 2_000;

/** The view of a batch as it changes, through the server's event stream, which is taken up again when it breaks. */
export function useView(batch: string, isFrozen: boolean): { view: View | undefined; error: Error | undefined } {
  const [view, setView] = useState<View>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    if (isFrozen) return;
    let events: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const follow = () => {
      const stream = new EventSource(`/api/batches/${batch}/events`);
      events = stream;
      stream.addEventListener('view', ({ data }) => {
        const next: View = JSON.parse(data);
        isOver = next.stage === 'finished' || next.stage === 'cancelled';
        setView(next);
        setError(undefined);
        if (isOver) stream.close();
      });
      stream.addEventListener('error', () => {
        if (isOver) return;
        if (stream.readyState !== EventSource.CLOSED) return setError(new Error());
        // The stream does not say why it was refused; a question does.
        ask(`/api/batches/${batch}`).then(() => {}, setError);
        timer = setTimeout(follow, AGAIN_MS);
      });
    };
    follow();
    return () => {
      isOver = true;
      clearTimeout(timer);
      events?.close();
    };
  }, [batch, isFrozen]);
  return { view, error };
}
