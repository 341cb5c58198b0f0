#!/usr/bin/env node
const words = process.argv.slice(2);

// A shell asks with every press of a key: so the rest is not even loaded.
if (words[0] === 'complete') {
  const { complete } = await import('./complete.ts');
  process.stdout.write(`${complete(words.slice(words[1] === '--' ? 2 : 1), process.env)}\n`);
} else {
  const { runAsProcess } = await import('./process.ts');
  await runAsProcess(words);
}
