// What a run of `npm test` comes to: how many tests passed, failed and were skipped, and which took longest. Reads the runners' JSON reports.
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** Removes the report of an earlier run, so that it is not taken for this one's. */
export function forget(path) {
  rmSync(path, { force: true });
}

/** Tests of a report by Vitest's JSON reporter: `{name, state, ms}`; none where there is no report. */
export function vitestTests(path) {
  return (read(path)?.testResults ?? []).flatMap((file) =>
    // A file that cannot even be loaded has no tests, and is a failure all the same.
    file.assertionResults.length === 0 && file.status === 'failed'
      ? [{ name: file.name, state: 'failed', ms: 0 }]
      : file.assertionResults.map(({ fullName, status, duration }) => ({ name: fullName, state: stateOf(status), ms: duration ?? 0 })),
  );
}

/** Tests of a report by Playwright's JSON reporter, likewise. */
export function playwrightTests(path) {
  const ofSuite = (suite) => [
    ...(suite.suites ?? []).flatMap(ofSuite),
    ...(suite.specs ?? []).flatMap((spec) =>
      spec.tests.map(({ status, results }) => ({
        name: `${suite.title}: ${spec.title}`,
        state: stateOf(status),
        ms: results.reduce((sum, { duration }) => sum + duration, 0),
      })),
    ),
  ];
  return (read(path)?.suites ?? []).flatMap(ofSuite);
}

/** The slowest first, one line each: `  12.3 s  name`. */
export function slowest(tests, count) {
  return tests
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, count)
    .map(({ name, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`);
}

/** `12 passed, 0 failed`, and `, 3 skipped` where some were. */
export function closingLine(tests) {
  const count = (state) => tests.filter((test) => test.state === state).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

const passed = new Set(['passed', 'expected']);
const failed = new Set(['failed', 'unexpected', 'flaky']);
function stateOf(status) {
  if (passed.has(status)) return 'passed';
  return failed.has(status) ? 'failed' : 'skipped';
}

function read(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
