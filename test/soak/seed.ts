/** What everything drawn by chance in a soak comes from; HOSTROLL_SEED repeats one. */
export const SEED = Number(process.env.HOSTROLL_SEED) || (Date.now() % 1_000_000) + 1;

/** Says a line of the soak's own, past the test runner. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);
