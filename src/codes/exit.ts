/**
 * How every command ends, in the order of the numbers. From 64 on they are those of BSD's sysexits.h, 130 is a shell's
 * for Ctrl-C.
 */
const EXITS = {
  ok: [0, 'all rows edited or skipped'],
  declined: [1, 'the question was answered with anything but yes; nothing was sent'],
  someRowsFailed: [2, 'some rows failed, were rejected, or are edited without their change in effect'],
  stoppedByRule: [3, 'stopped: a rule holds the plan, the credential is refused, or API or workers cannot go on'],
  somePending: [4, '--wait-strict, and some hostnames are not active, or do not show their new certificate'],
  usage: [64, 'usage, configuration or manifest; nothing was sent'],
  damaged: [65, 'a file of hostroll, such as a ledger or a snapshot, is damaged'],
  noDns: [68, 'no DNS answers on this machine, so that nothing could be seen'],
  queueUnavailable: [69, 'the queue, or the process of a batch, cannot be reached or used'],
  unexpected: [70, 'an unexpected failure, which is a defect of hostroll'],
  diskTrouble: [74, 'the disk is full, or a file cannot be read or written'],
  inUse: [75, 'another process is at it; try again later'],
  interrupted: [130, 'interrupted; a batch can be resumed'],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitName = keyof typeof EXITS;

/** Exit codes by their names. */
export const EXIT = Object.fromEntries(Object.entries(EXITS).map(([name, [code]]) => [name, code])) as {
  readonly [Name in ExitName]: (typeof EXITS)[Name][0];
};

/** Each exit code with its meaning, for pages and help. */
export const EXIT_MEANINGS: readonly (readonly [code: number, meaning: string])[] = Object.values(EXITS);

/** What any command may end with, whatever it does. */
const ANY = ['usage', 'damaged', 'queueUnavailable', 'unexpected', 'diskTrouble', 'inUse', 'interrupted'] as const;

/**
 * The exit codes of a command as the end of its help: those that `own` gives (an empty text stands for the usual
 * meaning), and those of every command.
 */
export function exitCodeHelp(own: { [Name in ExitName]?: string }): string {
  const given: Record<string, string> = { ...Object.fromEntries(ANY.map((name) => [name, ''])), ...own };
  const lines = Object.entries(EXITS).flatMap(([name, [code, usual]]) => {
    const meaning = given[name];
    return meaning === undefined ? [] : [`  ${String(code).padStart(3)}  ${meaning || usual}`];
  });
  return `Exit codes:\n${lines.join('\n')}`;
}
