/** The name of a time zone as the platform spells it; undefined where it knows none of that name. */
export function timeZoneOf(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The zone of this machine's clock. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
