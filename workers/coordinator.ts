#!/usr/bin/env node
import { runAsProcess } from '../scripts/process.ts';

/** `hostroll serve` as a process of its own, for containers and supervisors. */
await runAsProcess(['serve', ...process.argv.slice(2)]);
