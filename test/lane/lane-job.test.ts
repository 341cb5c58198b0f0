import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANE_JOB, laneJobId, laneQueueName, rowKey } from '../../src/lane/lane-job.ts';
import { readJob, rowJob } from './jobs.ts';

describe('a lane job', () => {
  it('comes out of the queue as it went in', () => {
    for (const job of [rowJob(), rowJob({ step: 'read', tries: 3 }), readJob()]) {
      expect(LANE_JOB.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
    }
  });

  it.each([
    ['another version', { v: 2 }],
    ['an unknown kind', { kind: 'delete' }],
    ['an unknown step', { step: 'delete' }],
    ['no body', { body: null }],
    ['a list as body', { body: [] }],
    ['no id', { id: '' }],
    ['a zone that is no text', { zone_id: 7 }],
    ['less than no tries', { tries: -1 }],
    ['half a try', { tries: 0.5 }],
    ['no count of its activations', { activations: undefined }],
    ['a count of calls missing', { calls: { list: 0, read: 0 } }],
    ['paths that are no texts', { paths: [1] }],
    ['an empty key', { key: '' }],
  ])('with %s is refused, not carried out', (_name, more) => {
    expect(LANE_JOB.safeParse({ ...rowJob(), ...more }).success).toBe(false);
  });

  it('is not made out of just anything', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(LANE_JOB.safeParse(value).success).toBe(false);
      }),
    );
  });

  it('has an id the queue can take, one for each batch and key', () => {
    const job = { ...rowJob(), key: rowKey(12) };
    expect(laneJobId(job)).toBe('20260101-120000-abcd.row-12');
    expect(laneJobId(job)).not.toContain(':');
    expect(laneQueueName('main')).toBe('lane-main');
  });
});
