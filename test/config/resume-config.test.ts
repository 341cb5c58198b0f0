import { describe, expect, it } from 'vitest';
import type { BatchFile } from '../../src/batch/ledger/batch-file.ts';
import { readResumeConfig } from '../../src/config/resume-config.ts';

const batch = (base_url: string) => ({ batch: 'b', lanes: [], base_url }) as unknown as BatchFile;
const ENV = { CLOUDFLARE_API_TOKEN: 'x'.repeat(40) };

describe('the API of a batch that is carried on', () => {
  it.each(['https://api.cloudflare.com/client/v4', 'http://127.0.0.1:8787/client/v4'])(
    'is the one it was planned on: %s',
    (url) => {
      expect(readResumeConfig(batch(url), {}, ENV).baseUrl).toBe(url);
    },
  );

  it.each(['http://api.example.net/client/v4', 'ftp://127.0.0.1/', 'no url'])(
    'takes no token where its file says %s',
    (url) => {
      expect(() => readResumeConfig(batch(url), {}, ENV)).toThrow(expect.objectContaining({ code: 'BATCH_DAMAGED' }));
    },
  );
});
