// `npm test`: sets up what is missing, then every check and every test. `npm test -- quick` leaves out what needs Docker or a browser.
import { join } from 'node:path';
import { runPhases } from './lanes.mjs';
import { ensureHelm } from './setup/helm.mjs';
import { ensurePackages, environment24, node24, root, say } from './setup/node.mjs';
import { ensureChromium, ensureDebianPackages, ensureDocker, has } from './setup/system.mjs';
import { closingLine, forget, playwrightTests, slowest, vitestTests } from './test-report.mjs';

const quick = process.argv.includes('quick');
ensurePackages();
const node = node24();
const env = { ...environment24(node), CI: process.env.CI ?? '' };
if (!has('kubectl'))
  say('There is no kubectl on the PATH: the tests that drive one are left out (https://kubernetes.io/docs/tasks/tools/).');
ensureHelm();
let stopDocker = async () => undefined;
const report = (name) => join(root, 'build', `${name}.json`);
const reports = { quick: report('vitest-quick'), engine: report('vitest-engine'), browser: report('playwright') };
for (const path of Object.values(reports)) forget(path);
env.PLAYWRIGHT_JSON_OUTPUT_FILE = reports.browser;
let status = 0;
try {
  if (!quick) {
    ensureDebianPackages({
      debootstrap: ['debootstrap'],
      nft: ['nftables'],
      '/usr/lib/python3/dist-packages/kubernetes': ['python3-kubernetes'],
    });
    stopDocker = await ensureDocker();
    env.MINATO_CHROMIUM = ensureChromium();
  }
  status = await runAll();
} finally {
  await stopDocker();
}
const tests = [...vitestTests(reports.quick), ...vitestTests(reports.engine), ...playwrightTests(reports.browser)];
say('\n— slowest tests');
for (const line of slowest(tests, 20)) say(line);
process.stdout.write(`${closingLine(tests)}\n`);
process.exit(status);

/** What waits for the engine leaves the processor to the tests that do not. */
function runAll() {
  const bin = (path) => join(root, 'node_modules', path);
  const vitest = (...words) => [bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', ...words];
  const checks = [
    ['formatter and linter', bin('@biomejs/biome/bin/biome'), 'check', '.'],
    ['types: engine', bin('typescript7/bin/tsc'), '-p', 'tsconfig.json'],
    ['types: pure rooms', bin('typescript7/bin/tsc'), '-p', 'tsconfig.pure.json'],
    ['types: window', bin('typescript7/bin/tsc'), '-p', 'tsconfig.web.json'],
    ['types: browser tests', bin('typescript7/bin/tsc'), '-p', 'tsconfig.e2e.json'],
    ['arrows between rooms', 'scripts/check-arrows.ts'],
    ['dead code', bin('knip/bin/knip.js')],
    ['window', 'scripts/build.ts'],
  ];
  const quickTests = [['tests', ...vitest(`--outputFile.json=${reports.quick}`, '--project', 'quick')]];
  const onEngine = [
    ['tests on the engine', ...vitest(`--outputFile.json=${reports.engine}`, '--project', 'engine')],
    ['browser tests', bin('@playwright/test/cli.js'), 'test', '-c', 'e2e/playwright.config.ts'],
  ];
  const phases = quick
    ? [[checks], [quickTests]]
    : [
        [checks, [['test images', 'scripts/test-images.ts']]],
        [onEngine, quickTests],
      ];
  return runPhases(phases, { node, options: { cwd: root, env }, say });
}
