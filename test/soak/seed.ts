/** What everything drawn by chance in a soak comes from; HOSTROLL_SEED repeats one. */
export const SEED = Number(process.env.HOSTROLL_SEED) || (Date.now() % 1_000_000) + 1;

/** Says a line of the soak's own, past the test runner. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `HOSTROLL_SOAK=short`, as for every change: the same stories and assertions with fewer rows, processes and deaths. */
export const SHORT = process.env.HOSTROLL_SOAK === 'short';

/** How long a dead worker's jobs stay its own, in seconds: what production has, or as little as a busy machine bears. */
export const LOCK_S = SHORT ? 5 : 30;
