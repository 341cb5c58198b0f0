/**
 * What an error is called: its code where that is text, else its name, else its kind. Anything may have been thrown: the
 * code of a DOMException (a time-out) is a number, that of many errors is not there, and some are no objects.
 */
export function errorText(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  for (const text of [code, name]) if (typeof text === 'string' && text !== '') return text;
  return typeof error;
}
