/** Controls (C0 and C1), format characters (bidi marks, zero-width ones, tags), and breaks of lines and paragraphs that are no line feed. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** The same but for line feeds and tabs, which lay a text out. */
const UNPRINTABLE_IN_LINES = /[^\n\t\P{Cc}]|[\p{Cf}\u2028\u2029]/gu;
/** Colours, as this program sets them; everything else that a terminal would obey begins otherwise. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are meant.
const COLOUR = /(\x1b\[[0-9;]*m)/;

/** As JSON writes it, so that JSON stays the same JSON. */
const escaped = (mark: string): string =>
  Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/**
 * `text` in one line, without anything that a terminal would obey or nobody would see: a hostname, a metadata value or a
 * message of the API must not move the cursor, hide itself or turn what follows around. What is taken out is shown as an
 * escape. Every text from elsewhere passes here on its way to a terminal or a CSV file.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escaped);

/** As `printable`, for a text of several lines. */
export const printableLines = (text: string): string => text.replace(UNPRINTABLE_IN_LINES, escaped);

/** The last gate before a terminal: as `printableLines`, but colours pass where there are any. */
export const forTerminal = (text: string, color: boolean): string =>
  color
    ? text
        .split(COLOUR)
        .map((part, at) => (at % 2 === 1 ? part : printableLines(part)))
        .join('')
    : printableLines(text);
