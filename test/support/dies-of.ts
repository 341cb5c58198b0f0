/**
 * Environment under which a hostroll process dies, as by SIGKILL, whenever an answer about this custom hostname arrives:
 * its edit has taken effect, and nobody can tell of it.
 */
export function diesOf(customHostnameId: string): { NODE_OPTIONS: string } {
  const script = `
    import { subscribe } from 'node:diagnostics_channel';
    subscribe('undici:request:headers', ({ request }) => {
      if (request.path.endsWith('/${customHostnameId}')) process.kill(process.pid, 'SIGKILL');
    });
  `;
  return { NODE_OPTIONS: `--import data:text/javascript;base64,${Buffer.from(script).toString('base64')}` };
}
