import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Acts } from '../../src/dashboard/control.ts';
import { servePage } from '../../src/dashboard/serve-page.ts';
import type { DoctorOptions } from '../../src/dcv/doctor.ts';
import { actsByPage } from './acts-by-page.ts';
import { leaveOut } from './servers/leave-out.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Leads to this machine, in the browser alone. */
export const REBOUND = 'attacker.net';

interface Opened {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about: scripts that failed, and what the policy of the page refused. */
  complaints: string[];
  port: number;
  /** Ends the server under the page. */
  end(): Promise<void>;
}

interface OpenOptions {
  width?: number;
  port?: number;
  /** What the page's commands do; by default nothing. */
  start?: Acts['start'];
  /** How hostnames are looked at. */
  look?: DoctorOptions;
}

/** Opens the page over a state folder in a browser; undefined, with a named skip, where there is none. */
export function pageInBrowser(what: string): ((state: string, options?: OpenOptions) => Promise<Opened>) | undefined {
  if (CHROMIUM === undefined) {
    leaveOut(`${what}: to switch this on, install the package chromium`);
    return undefined;
  }
  let browser: Browser | undefined;
  beforeAll(async () => {
    // Within containers, whose users have no namespaces of their own, its sandbox cannot start.
    // A name of somebody else's that leads to this machine.
    const args = ['--no-sandbox', `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(() => browser?.close());
  return async (state, { width = 1_200, port = 0, start, look = {} } = {}) => {
    if (browser === undefined) throw new Error('the browser has not started');
    const served = await servePage({ state, port, readOnly: false, version: '1.2.3', acts: actsByPage(start), look });
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
