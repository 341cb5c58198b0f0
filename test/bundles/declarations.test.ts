import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairsInOutput } from '../../src/bundles/command-output.ts';
import { parseDeclaration } from '../../src/bundles/parse-declaration.ts';
import { runCommand } from '../../src/bundles/run-command.ts';
import { splitCommand } from '../../src/bundles/split-command.ts';

describe('a command line', () => {
  it.each([
    ['vault kv get  -format=json', ['vault', 'kv', 'get', '-format=json']],
    ['a \'b c\' "d \\" e" f\\ g', ['a', 'b c', 'd " e', 'f g']],
    ["a --x='b c'", ['a', '--x=b c']],
    ['a $HOME *', ['a', '$HOME', '*']],
    ["a ''", ['a', '']],
  ])('%s is taken apart', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each(['', '  ', "a 'b", 'a "b', 'a \\'])('%j is refused', (line) => {
    expect(splitCommand(line)).toBeUndefined();
  });

  it('gives back whatever words were quoted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter((word) => !word.includes("'")),
          { minLength: 1 },
        ),
        (words) => {
          expect(splitCommand(words.map((word) => `'${word}'`).join(' '))).toEqual(words);
        },
      ),
    );
  });
});

describe('a declaration', () => {
  it('names one or two pairs, or a command', () => {
    const two = parseDeclaration('acme=a.pem:a.key,/b.pem', '/setup');
    expect(two).toEqual({
      name: 'acme',
      source: { files: [{ certificate: '/setup/a.pem', key: '/setup/a.key' }, { certificate: '/b.pem' }] },
    });
    expect(parseDeclaration('acme=exec:x y', '/setup')).toEqual({ name: 'acme', source: { command: ['x', 'y'] } });
  });

  it.each([
    'acme',
    '=a.pem',
    '../x=a.pem',
    'acme=',
    'acme=a:',
    'acme=a:b:c',
    'acme=a,b,c',
    'acme=exec:',
    'acme=exec:"x',
  ])('%s is refused', (text) => {
    expect(parseDeclaration(text, '/setup')).toHaveProperty('fault');
  });
});

describe('what a command prints', () => {
  const pair = { certificate: 'C', key: 'K' };
  it.each([
    [{ certificate: 'C', private_key: 'K' }, [pair]],
    [{ data: { data: { cert: 'C', key: 'K' } } }, [pair]],
    [{ data: { certificate: 'C', private_key: 'K', ca_chain: ['I', 'R'] } }, [{ certificate: 'C\nI\nR', key: 'K' }]],
    [{ pairs: [pair, pair] }, [pair, pair]],
    [[pair], [pair]],
    [{ nothing: 1 }, undefined],
    [[pair, {}], undefined],
  ])('%j has its pairs', (value, pairs) => {
    expect(pairsInOutput(JSON.stringify(value))).toEqual(pairs);
  });

  it('may be PEM', () => {
    expect(pairsInOutput('-----BEGIN')).toEqual([{ certificate: '-----BEGIN', key: '-----BEGIN' }]);
  });
});

describe('a command', () => {
  const node = (script: string, limits = { timeoutMs: 30_000, maxBytes: 1_000_000 }) =>
    runCommand([process.execPath, '-e', script], limits);

  it('is heard on standard output', async () => {
    expect(await node('console.log("hello")')).toEqual({ text: 'hello\n' });
  });

  it('is not repeated where it complains', async () => {
    const ran = await node('console.error("planted"); console.log("planted"); process.exit(3)');
    expect(ran).toMatchObject({ fault: { code: 'CERTIFICATE_COMMAND_FAILED', message: expect.stringContaining('3') } });
    expect(JSON.stringify(ran)).not.toContain('planted');
  });

  it('is ended with all it has started, when it takes too long', async () => {
    const script = 'require("child_process").spawn("sleep", ["600"], {stdio: "inherit"}); setInterval(() => {}, 1000)';
    expect(await node(script, { timeoutMs: 300, maxBytes: 10 })).toMatchObject({
      fault: { message: expect.stringContaining('did not end') },
    });
  });

  it('is ended when it prints too much', async () => {
    const ran = await node('for (;;) process.stdout.write("x".repeat(1000))', { timeoutMs: 30_000, maxBytes: 4096 });
    expect(ran).toMatchObject({ fault: { message: expect.stringContaining('4 KiB') } });
  });

  it('has a sentence where it is not there', async () => {
    expect(await runCommand(['/no/such/program'])).toMatchObject({
      fault: { message: expect.stringContaining('ENOENT') },
    });
  });
});
