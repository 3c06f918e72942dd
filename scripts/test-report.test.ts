import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closingLine, playwrightTests, slowest, vitestTests } from './test-report.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minato-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function report(value: unknown): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
}

test('Vitest tests are counted, a file that cannot be loaded as a failure', () => {
  const path = report({
    testResults: [
      {
        name: 'a.test.ts',
        status: 'passed',
        assertionResults: [
          { fullName: 'quick', status: 'passed', duration: 2 },
          { fullName: 'slow', status: 'passed', duration: 2_340 },
          { fullName: 'wrong', status: 'failed', duration: 40 },
          { fullName: 'left out', status: 'pending' },
        ],
      },
      { name: 'b.test.ts', status: 'failed', assertionResults: [] },
    ],
  });
  const tests = vitestTests(path);
  expect(closingLine(tests)).toBe('2 passed, 2 failed, 1 skipped');
  expect(slowest(tests, 2)).toEqual(['   2.3 s  slow', '   0.0 s  wrong']);
});

test('browser stories are counted at every depth', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status, results: [{ duration: 1_000 }] }] });
  const path = report({
    suites: [
      {
        title: 'a.spec.ts',
        specs: [spec('opens', 'expected')],
        suites: [{ title: 'dark', specs: [spec('closes', 'unexpected'), spec('waits', 'skipped')] }],
      },
    ],
  });
  expect(closingLine(playwrightTests(path))).toBe('1 passed, 1 failed, 1 skipped');
});

test('a runner that never came to its report has no tests', () => {
  expect(closingLine(vitestTests(join(folder, 'none.json')))).toBe('0 passed, 0 failed');
});
