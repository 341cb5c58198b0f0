import { useEffect, useState } from 'preact/hooks';
import { ask } from './server.ts';

export interface Asked<T> {
  value: T | undefined;
  error: Error | undefined;
}

/** How soon what could not be had is asked for again. */
const AGAIN_MS = 1_000;

/** A value of the server, asked for again every `everyMs`, if that is given; an old one is shown until the next is there. */
export function useServer<T>(path: string, everyMs?: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ value: undefined, error: undefined });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      let hasFailed = false;
      try {
        const value = await ask<T>(path);
        if (!isOver) setAsked({ value, error: undefined });
      } catch (error) {
        hasFailed = true;
        if (!isOver) setAsked((before) => ({ value: before.value, error: error as Error }));
      }
      if (!isOver && everyMs !== undefined) timer = setTimeout(look, hasFailed ? Math.min(AGAIN_MS, everyMs) : everyMs);
    };
    look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [path, everyMs]);
  return asked;
}
