import { useEffect, useState } from 'preact/hooks';
import type { View } from './values.ts';

/** Calls a second and the budget, each second that the page was open. Seconds since the epoch first, as uPlot has it. */
export type RateHistory = [number[], number[], number[]];

const KEPT = 3_600;

/** The view of a batch as it changes, through the server's event stream; the browser takes it up again when it breaks. */
export function useView(
  batch: string,
  isFrozen: boolean,
): { view: View | undefined; isLost: boolean; history: RateHistory } {
  const [view, setView] = useState<View>();
  const [isLost, setLost] = useState(false);
  const [history] = useState<RateHistory>([[], [], []]);
  useEffect(() => {
    if (isFrozen) return;
    const events = new EventSource(`/api/batches/${batch}/events`);
    let isOver = false;
    events.addEventListener('view', ({ data }) => {
      const next: View = JSON.parse(data);
      isOver = next.stage === 'finished' || next.stage === 'cancelled';
      const values = [Date.now() / 1000, next.calls.per_second, next.budget_per_second];
      for (const [at, value] of values.entries()) {
        history[at]?.push(value);
        if ((history[at]?.length ?? 0) > KEPT) history[at]?.shift();
      }
      setView(next);
      setLost(false);
      if (isOver) events.close();
    });
    events.addEventListener('error', () => setLost(!isOver));
    return () => events.close();
  }, [batch, isFrozen, history]);
  return { view, isLost, history };
}
