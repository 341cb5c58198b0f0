#!/usr/bin/env node
import { runAsProcess } from '../scripts/process.ts';

/** `hostroll work` as a process of its own, for containers and supervisors. */
await runAsProcess(['work', ...process.argv.slice(2)]);
