/** Who holds. What a lane's trouble holds goes on by itself, and no `go` of an operator lifts it. */
export type Holder = 'operator' | 'gate' | 'rule' | 'lane';

/** Rows that are alike: every member that is given must fit. */
export interface Slice {
  lane?: string;
  /** What the row will have, else has; `(none)` where it has none. */
  certificate_authority?: string;
  method?: string;
  zone_id?: string;
  /** The beginning of the dotted path of a field that the row changes. */
  changes?: string;
}

/** What is held: the whole batch, what goes to one lane, rows that are alike, or a wave and all that follow it. */
export type Held = 'batch' | { lane: string } | { slice: Slice } | { wave: number };

/**
 * That the run may begin no further call of what is held: the one concept for a pause, a gate, a stop rule and a lane in
 * trouble. Calls that are being made end. Feeding passes held rows over, and what waits in the lanes is taken back.
 */
export interface Hold {
  by: Holder;
  of: Held;
  /** A clause for people, with the comparison where a rule made it: "3 of 10 rows failed with CF_1434, at most 20 %". */
  reason: string;
  /** ISO 8601, both; without `until` it stays until it is lifted. */
  since: string;
  until?: string | undefined;
}

const isSame = (a: Held, b: Held): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The holds with one more; it takes the place of an earlier one by the same holder of the same. */
export const withHold = (holds: readonly Hold[], hold: Hold): Hold[] => [...withoutHold(holds, hold), hold];

/** The holds without that of a holder; without all of them where `of` is not given. */
export const withoutHold = (holds: readonly Hold[], { by, of }: { by: Holder; of?: Held | undefined }): Hold[] =>
  holds.filter((hold) => hold.by !== by || (of !== undefined && !isSame(hold.of, of)));

/** Those that hold at `now` (milliseconds since 1970). */
export const inForce = (holds: readonly Hold[], now: number): Hold[] =>
  holds.filter(({ until }) => until === undefined || Date.parse(until) > now);
