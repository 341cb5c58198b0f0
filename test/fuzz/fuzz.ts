import fc from 'fast-check';

/**
 * Cases of each property: short in every run of the tests, long in the soak. `HOSTROLL_SEED` repeats a run; a case that was
 * found becomes an example of its property, so that it is tried first from then on.
 */
const RUNS = Number(process.env.HOSTROLL_FUZZ_RUNS ?? 200);
const SEED = process.env.HOSTROLL_SEED;

/** Runs of a property, `times` as many as usual. */
export const fuzzing = (times = 1): { numRuns: number; seed?: number } => ({
  numRuns: Math.max(1, Math.round(RUNS * times)),
  ...(SEED === undefined ? {} : { seed: Number(SEED) }),
});

/** Bytes of `good` with some cut out, doubled, flipped or put in, several times over. */
export const damaged = (good: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(good, fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.uint8Array({ maxLength: 12 })), { maxLength: 6 }))
    .map(([bytes, damages]) =>
      damages.reduce((now, [at, length, put]) => {
        const start = now.length === 0 ? 0 : at % now.length;
        return Buffer.concat([now.subarray(0, start), put, now.subarray(start + length)]);
      }, bytes),
    );

/** Any JSON, members that code looks for among it. */
export const anyJson = (...known: string[]): fc.Arbitrary<unknown> => {
  const { value } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.constantFrom(null, true, false, '', 0, -1, 1e308, 2 ** 53, '__proto__', '\u202e', '\u0000'),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.double(),
    ),
    value: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...known, 'constructor'), fc.string({ maxLength: 4 })), tie('value'), {
        maxKeys: 6,
      }),
    ),
  }));
  return value;
};
