/** Listens once in each process, as files that share a process each run this. */
const LISTENING = Symbol.for('hostroll.fails-on-warnings');

/** What Node warns of is a fault: a file left to the garbage collector, listeners that pile up, something deprecated. */
function failOnWarning(warning: Error): void {
  if (warning.name === 'ExperimentalWarning') return;
  throw new Error(`Node warned: ${warning.message}`, { cause: warning });
}

const listening = process as unknown as Record<symbol, boolean>;
if (listening[LISTENING] !== true) process.on('warning', failOnWarning);
listening[LISTENING] = true;
