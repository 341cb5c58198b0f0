import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makePrivateFolder } from '../../src/disk/private-folder.ts';
import { openQueueBackend } from '../../src/queue/open-queue.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of an embedded queue that was opened once and is empty. */
    embeddedTemplate: string;
  }
}

/**
 * Opens one embedded queue before all tests: setting up its database takes seconds, which every command of every test would
 * take again. Tests that are about a first start leave it out.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'hostroll-template-'));
  const backend = await openQueueBackend(`embedded:${folder}`, 'test');
  await backend.close();
  project.provide('embeddedTemplate', folder);
  return () => rm(folder, { recursive: true, force: true });
}

/** Puts the opened queue into a state folder that has none yet. */
export async function placeQueue(template: string, state: string): Promise<void> {
  await makePrivateFolder(state);
  await cp(template, join(state, 'queue'), { recursive: true });
}
