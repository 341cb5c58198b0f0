/** Columns, or members of JSON rows, that are the operator's own business: kept in the files that hand rows back, and not read. */
export interface UnreadColumns {
  /** By name, without regard to case. */
  ignored?: readonly string[];
  /** Everything that is no field. */
  allUnknown?: boolean;
}

export function isUnread(name: string, isField: boolean, { ignored = [], allUnknown = false }: UnreadColumns): boolean {
  if (allUnknown && !isField) return true;
  const lower = name.toLowerCase();
  return ignored.some((each) => each.toLowerCase() === lower);
}
