import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

/** Prints the tests that took longest, so that whoever adds one sees what it costs. */
export default class SlowestReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .flatMap((module) => [...module.children.allTests()].map((test) => ({ file: module.relativeModuleId, test })))
      .map(({ file, test }) => ({ ms: test.diagnostic()?.duration ?? 0, name: `${file} > ${test.fullName}` }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, SHOWN)
      .filter(({ ms }) => ms > 1_000);
    if (tests.length === 0) return;
    const lines = tests.map(({ ms, name }) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${name}`);
    process.stdout.write(`\n The slowest:\n${lines.join('\n')}\n`);
  }
}
