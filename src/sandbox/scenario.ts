import { readFile } from 'node:fs/promises';
import { parseExact } from '../json/exact-json.ts';
import { HostrollError } from '../terms.ts';
import { type SandboxOptions, SCENARIO } from './sandbox-options.ts';

/**
 * The options a scenario holds; `source` names it in messages. Throws `SANDBOX_SCENARIO` with every problem and its
 * place.
 */
export function parseScenario(json: string, source: string): SandboxOptions {
  let value: unknown;
  try {
    value = parseExact(json);
  } catch (cause) {
    throw new HostrollError('SANDBOX_SCENARIO', `${source} is not JSON.`, { cause });
  }
  const parsed = SCENARIO.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new HostrollError('SANDBOX_SCENARIO', `${source} is not a scenario: ${problems.join('; ')}.`);
}

/** The options in a scenario file; throws `SANDBOX_SCENARIO` where it cannot be read or understood. */
export async function readScenario(path: string): Promise<SandboxOptions> {
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HostrollError('SANDBOX_SCENARIO', `The scenario ${path} cannot be read: ${reason}.`, { cause });
  }
  return parseScenario(json, path);
}
