import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in these (`getconf CLK_TCK` has been 100 on every machine for decades). */
const TICK_MS = 10;

/** The parent of a process, and its processor time so far in milliseconds, threads included. */
function statOf(pid: number | string): { parent: number; ms: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold anything; the parent is the 4th field, user and system time the 14th and 15th.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1] ?? 0, ms: ((fields[11] ?? 0) + (fields[12] ?? 0)) * TICK_MS };
}

/** Processor time of a process so far, in milliseconds. */
export const processorMs = (pid: number): number => statOf(pid).ms;

/** As `processorMs`, with that of the processes it has started and that still run: a Postgres has one a connection. */
export function familyMs(pid: number): number {
  let sum = processorMs(pid);
  for (const other of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const { parent, ms } = statOf(other);
      if (parent === pid) sum += ms;
    } catch {
      // It has ended since.
    }
  }
  return sum;
}

/** Most memory that a process has had resident so far, in MB. */
export function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
