import { existsSync, readFileSync } from 'node:fs';
import stripJsonComments from 'strip-json-comments';
import { STOP_RULE } from '../batch/ledger/rollout.ts';
import * as z from '../json/zod.ts';
import { didYouMean } from '../manifest/nearest.ts';
import { CONFIG_FILE_NAME } from './defaults.ts';
import type { ConfigProblems } from './problems.ts';
import { ruleProblems } from './rollout-config.ts';

/** Where a secret is. The secret itself is never in the file, which people copy about and commit. */
const SECRET_SOURCE = z.union(
  [
    z.strictObject({ env: z.string().min(1).describe('Environment variable that holds it.') }),
    z.strictObject({ file: z.string().min(1).describe('File that holds it; relative to this file.') }),
  ],
  {
    error: 'must say where the secret is, {"env": "NAME"} or {"file": "path"}; the secret itself does not belong here',
  },
);
export type SecretSource = z.infer<typeof SECRET_SOURCE>;

const CREDENTIAL = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, "-" and "_", beginning with a letter or digit')
    .describe('Names the credential, and its lane in the queue: the same on every machine.'),
  token: SECRET_SOURCE.optional().describe('API token with permission "SSL and Certificates: Edit" on the zones.'),
  email: z.string().min(1).optional().describe('With "key": the older way to authenticate.'),
  key: SECRET_SOURCE.optional().describe('Global API key of the account of "email".'),
  zones: z
    .array(z.string().min(1))
    .optional()
    .describe('Ids or names of the zones it is for. Needed where there are several credentials.'),
  quota: z.string().optional().describe('Calls per window that the API allows it, such as "1200/300" or "1200/5m".'),
  share: z
    .union([z.string(), z.number()])
    .optional()
    .describe('Part of the quota to use, above 0 and at most 1, such as 0.8 or "80%".'),
});

const BUNDLE = z.union(
  [
    z.strictObject({
      pairs: z
        .array(
          z.strictObject({
            certificate: z.string().min(1).describe('PEM file of the certificate, its chain behind it.'),
            key: z.string().min(1).optional().describe('PEM file of its key; the same file where absent.'),
            csr_id: z.string().min(1).optional().describe('Instead of "key": the CSR whose key Cloudflare holds.'),
          }),
        )
        .min(1)
        .max(2)
        .describe('One pair, or one RSA and one ECDSA; paths relative to this file.'),
    }),
    z.strictObject({
      exec: z.array(z.string()).min(1).describe('Program and arguments; it prints the pairs as JSON or PEM.'),
    }),
  ],
  { error: 'must be {"pairs": [{"certificate": "path", "key": "path"}]} or {"exec": ["program", "argument"]}' },
);

const NOTICE_KIND = z.enum(['started', 'gate', 'held', 'deadline', 'stopped', 'finished']);
const NOTIFY = z.union(
  [
    z.strictObject({
      url: z
        .union([z.url(), SECRET_SOURCE])
        .describe('Where notices are posted; where the URL is the secret, where it is.'),
      format: z.enum(['standard', 'slack']).optional().describe('Standard Webhooks, or a text as Slack shows it.'),
      secret: SECRET_SOURCE.optional().describe('What they are signed with: whsec_ and base64.'),
      on: z.array(NOTICE_KIND).min(1).optional().describe('Of what it is told; of everything where absent.'),
    }),
    z.strictObject({
      exec: z.array(z.string()).min(1).describe('Program and arguments; it has the notice on its standard input.'),
      on: z.array(NOTICE_KIND).min(1).optional().describe('Of what it is told; of everything where absent.'),
    }),
  ],
  { error: 'must be {"url": "https://…"} or {"exec": ["program", "argument"]}' },
);

/** `hostroll.config.json`: JSON, in which comments and trailing commas are allowed. */
export const CONFIG_FILE = z.strictObject({
  $schema: z.string().optional().describe('Path of docs/hostroll.config.schema.json, for completion in editors.'),
  credentials: z.array(CREDENTIAL).min(1).optional().describe('API credentials, each with a budget of its own.'),
  bundles: z.record(z.string(), BUNDLE).optional().describe('Certificates that manifests name in "bundle".'),
  stop_rules: z
    .array(STOP_RULE)
    .superRefine((rules, context) => {
      for (const message of ruleProblems(rules)) context.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe('When a batch is not to go on by itself (docs/rollouts.md); a rule takes the place of one of its name.'),
  notify: z.array(NOTIFY).optional().describe('Who is told what happens to batches (docs/notices.md).'),
  bundle_folder: z.string().min(1).optional().describe('Folder of further bundles; relative to this file.'),
});
export type ConfigFile = z.infer<typeof CONFIG_FILE>;

/**
 * Reads the configuration file at `path`, or the one in the working directory where `path` is undefined. Resolves to
 * undefined where there is none, or where it has problems, which are added to `problems`.
 */
export function readConfigFile(path: string | undefined, problems: ConfigProblems): ConfigFile | undefined {
  const file = path ?? CONFIG_FILE_NAME;
  if (!existsSync(file)) {
    if (path !== undefined) problems.add(`There is no configuration file ${path}.`);
    return undefined;
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    problems.add(`The configuration file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
  const value = parsed(file, text, problems);
  if (value === undefined) return undefined;
  const result = CONFIG_FILE.safeParse(value);
  for (const issue of result.error?.issues ?? []) problems.add(`${file}: ${sentence(issue)}`);
  return result.data;
}

function parsed(file: string, text: string, problems: ConfigProblems): unknown {
  try {
    // What is left out leaves its room, so that places stay right.
    return JSON.parse(stripJsonComments(text, { trailingCommas: true }));
  } catch (error) {
    const at = Number(/at position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    const before = text.slice(0, at).split('\n');
    problems.add(`${file}:${before.length}:${(before.at(-1) ?? '').length + 1}: the file is not valid JSON here.`);
    return undefined;
  }
}

/** What is wrong, and where, without repeating the value: somebody may have put a secret there. */
function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );
  const place = path === '' ? '' : `${path}: `;
  if (issue.code !== 'unrecognized_keys') return `${place}${issue.message.replace(/^Invalid input: /, '')}.`;
  const known = Object.keys((issue.path.length === 0 ? CONFIG_FILE : CREDENTIAL).shape);
  const [key = ''] = issue.keys;
  return `${place}there is no member ${JSON.stringify(key)}${didYouMean(key, known) || '.'}`;
}
