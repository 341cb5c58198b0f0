/**
 * The official client in a loop, as its own README has it, with as many calls side by side as the argument says: edits each
 * hostname whose id is a line of the file.
 */
import { readFileSync } from 'node:fs';
import Cloudflare from 'cloudflare';
import pLimit from 'p-limit';

const [file, sideBySide] = process.argv.slice(2);
const { CLOUDFLARE_BASE_URL: baseURL, CLOUDFLARE_API_TOKEN: apiToken, CLOUDFLARE_ZONE_ID: zone_id } = process.env;
const client = new Cloudflare({ baseURL, apiToken });
const ids = readFileSync(file, 'utf8').trim().split('\n');
await pLimit(Number(sideBySide)).map(ids, (id) =>
  client.customHostnames.edit(id, { zone_id, custom_metadata: { tier: 'gold' } }),
);
