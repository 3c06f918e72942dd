import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runPhases } from './lanes.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minato-lanes-'));
  await writeFile(join(folder, 'log'), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A step that writes its name down, tells it, and ends with this status. */
const step = (name: string, { status = 0, before = '' } = {}): [string, string, string] => [
  name,
  '-e',
  `${before}; require('fs').appendFileSync('log', '${name} '); console.log('told by ${name}'); process.exitCode = ${status}`,
];
/** Comes to its end when that file is there. */
const after = (name: string): string =>
  `const fs = require('fs'); while (!fs.readFileSync('log', 'utf8').includes('${name}')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)`;

async function run(phases: Parameters<typeof runPhases>[0]) {
  const said: string[] = [];
  // What was said can be waited for, as what was done.
  const say = (line: string): void => {
    said.push(line);
    if (line === '\nbad: failed') appendFileSync(join(folder, 'log'), 'failed ');
  };
  const status = await runPhases(phases, { node: process.execPath, options: { cwd: folder }, say });
  return {
    status,
    log: await readFile(join(folder, 'log'), 'utf8'),
    said: said.map((line) => line.trim().replace(/\d+\.\d s$/, '<time>')),
  };
}

it('runs lanes side by side, steps and phases one after the other', async () => {
  const { status, log, said } = await run([[[step('a', { before: after('b') }), step('c')], [step('b')]], [[step('d')]]]);
  expect({ status, log }).toEqual({ status: 0, log: 'b a c d ' });
  expect(said).toContain('— b\ntold by b');
  expect(said.at(-1)).toBe('— d: <time>');
});

it('lets a running step end when another lane fails, and begins no other', async () => {
  const { status, log, said } = await run([
    [[step('slow', { before: after('failed') }), step('never')], [step('bad', { status: 3 })]],
    [[step('later')]],
  ]);
  expect({ status, log }).toEqual({ status: 3, log: 'bad failed slow ' });
  expect(said).toContain('bad: failed');
});
