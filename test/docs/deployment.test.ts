import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { everyCommand } from '../../scripts/run.ts';
import { type Entry, entriesOf } from '../../src/manual/entry.ts';
import { idleShell } from '../support/shell.ts';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const entries = entriesOf(await everyCommand(idleShell()));

/** The command that `words` begin with; fails where there is none, or where it lacks a flag that is among them. */
function command(words: readonly string[]): Entry {
  const entry = entries.find(({ name }) => name === words[0]);
  const flags = words.filter((word) => word.startsWith('--'));
  const known = entry?.flags.map(({ long }) => long) ?? [];
  expect([entry?.name, flags.filter((flag) => !known.includes(flag))]).toEqual([words[0], []]);
  return entry as Entry;
}

it('the manifests for Kubernetes select what they make, and run commands that there are', () => {
  const all = parseAllDocuments(text('examples/kubernetes/hostroll.yaml')).map((each) => each.toJS());
  expect(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
    'apps/v1 StatefulSet',
    'apps/v1 Deployment',
  ]);
  for (const { metadata, spec } of all) {
    const { template } = spec;
    expect(template.metadata.labels).toEqual(spec.selector.matchLabels);
    expect(metadata.labels).toEqual(spec.selector.matchLabels);
    const [container, ...others] = template.spec.containers;
    expect(others).toEqual([]);
    command(container.args);
    const ports = container.ports.map(({ name }: { name: string }) => name);
    for (const probe of ['readinessProbe', 'livenessProbe'].flatMap((name) => container[name] ?? []))
      expect(ports).toContain(probe.httpGet.port);
    const volumes = [
      ...(template.spec.volumes ?? []),
      ...(spec.volumeClaimTemplates ?? []).map((claim: { metadata: object }) => claim.metadata),
    ];
    const mounted = container.volumeMounts.map(({ name }: { name: string }) => name);
    expect(volumes.map(({ name }: { name: string }) => name).sort()).toEqual(mounted.sort());
  }
});

it('the unit for systemd, the image and its check run commands that there are', () => {
  const [, line = ''] =
    /^ExecStart=\/usr\/bin\/env hostroll (.+)$/m.exec(text('examples/systemd/hostroll.service')) ?? [];
  expect(command(line.split(' ')).name).toBe('serve');
  const image = text('Dockerfile');
  expect([...image.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from)).toEqual([
    'node:24-bookworm-slim',
    'node:24-bookworm-slim',
  ]);
  const words = JSON.parse(/^CMD (\[.+\])$/m.exec(image)?.[1] ?? '[]') as string[];
  expect(command(words).name).toBe('serve');
  expect(image).toContain(`http://127.0.0.1:${words[words.indexOf('--metrics') + 1]}/readyz`);
});

it.each(['.github/workflows/release.yml', 'examples/ci/hostroll.yml'])(
  '%s: every step does one thing, with rights of its own',
  (path) => {
    const { jobs, permissions } = parse(text(path)) as { jobs: Record<string, Job>; permissions: object };
    expect(permissions).toEqual({});
    for (const { steps, permissions: own } of Object.values(jobs)) {
      expect(Object.keys(own)).toContain('contents');
      for (const step of steps) expect([step.run, step.uses].filter((each) => each !== undefined)).toHaveLength(1);
      for (const run of steps.flatMap(({ run }) => run ?? []))
        for (const [, words = ''] of run.matchAll(/hostroll ((?:plan|apply|report)\b.*)/g)) command(words.split(/\s+/));
    }
  },
);
interface Job {
  permissions: object;
  steps: { run?: string; uses?: string }[];
}

it('docs/architecture.md has a line for every package that is installed with this one', () => {
  const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
  const [, table = ''] = text('docs/architecture.md').split('## Dependencies, and why');
  const told = [...table.matchAll(/^\| ([^|]+) \| [^|]+ \| [\d.]+ [kM]B \|/gm)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  expect(Object.keys(dependencies).filter((name) => !told.includes(name))).toEqual([]);
});
