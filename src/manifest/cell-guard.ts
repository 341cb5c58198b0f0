/**
 * A spreadsheet runs a cell that starts with one of these as a formula (OWASP, CSV injection). Apostrophes in front count
 * too: a text that already looks guarded needs a guard of its own, or reading would take its apostrophe away.
 */
const NEEDS_GUARD = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

/** The text of a cell as it is written to a CSV file: with an apostrophe in front where a spreadsheet would run it. */
export const guardCell = (text: string): string => (NEEDS_GUARD.test(text) ? `'${text}` : text);

/**
 * As `guardCell`, but for a validation token, which may start with a hyphen: with an apostrophe in front somebody would
 * publish the wrong value. A hyphen and word characters alone can call nothing, so they need no guard.
 */
export const guardUnlessToken = (text: string): string => (/^-[\w-]+$/.test(text) ? text : guardCell(text));

/** Takes back what `guardCell` did: `unguardCell(guardCell(text))` is `text` for every string. */
export const unguardCell = (cell: string): string => (GUARDED.test(cell) ? cell.slice(1) : cell);
