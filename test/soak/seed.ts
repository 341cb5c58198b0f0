/** What everything drawn by chance in a soak comes from; HOSTROLL_SEED repeats one. */
export const SEED = Number(process.env.HOSTROLL_SEED) || (Date.now() % 1_000_000) + 1;

/** Says a line of the soak's own, past the test runner. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `HOSTROLL_SOAK=short`, as for every change: the same stories and assertions with fewer rows, processes and deaths. */
export const SHORT = process.env.HOSTROLL_SOAK === 'short';
