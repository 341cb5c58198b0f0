import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { servePage } from '../../src/dashboard/serve-page.ts';
import { actsByPage } from './acts-by-page.ts';
import { leaveOut } from './servers/leave-out.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

interface Opened {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about: scripts that failed, and what the policy of the page refused. */
  complaints: string[];
  port: number;
  /** Ends the server under the page. */
  end(): Promise<void>;
}

/** Opens the page over a state folder in a browser; undefined, with a named skip, where there is none. */
export function pageInBrowser(
  what: string,
): ((state: string, options?: { width?: number; port?: number }) => Promise<Opened>) | undefined {
  if (CHROMIUM === undefined) {
    leaveOut(`${what}: to switch this on, install the package chromium`);
    return undefined;
  }
  let browser: Browser | undefined;
  beforeAll(async () => {
    // Within containers, whose users have no namespaces of their own, its sandbox cannot start.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  return async (state, { width = 1_200, port = 0 } = {}) => {
    if (browser === undefined) throw new Error('the browser has not started');
    const served = await servePage({ state, port, readOnly: false, version: '1.2.3', acts: actsByPage(), look: {} });
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    let isOver = false;
    const end = async () => {
      if (isOver) return;
      isOver = true;
      await served.close();
    };
    onTestFinished(async () => {
      await context.close();
      await end();
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(served.link);
    return { page, context, complaints, port: served.port, end };
  };
}
