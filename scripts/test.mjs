// `npm test`: sets up what is missing, then every check and every test. `npm test -- quick` leaves out what needs Docker or a browser.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, node24, root, say } from './setup/node.mjs';
import { ensureChromium, ensureDebianPackages, ensureDocker, has } from './setup/system.mjs';
import { closingLine, forget, playwrightTests, slowest, vitestTests } from './test-report.mjs';

const quick = process.argv.includes('quick');
ensurePackages();
const node = node24();
const env = { ...environment24(node), CI: process.env.CI ?? '' };
if (!has('kubectl'))
  say('There is no kubectl on the PATH: the tests that drive one are left out (https://kubernetes.io/docs/tasks/tools/).');
let stopDocker = async () => undefined;
const reports = { vitest: join(root, 'build', 'vitest.json'), playwright: join(root, 'build', 'playwright.json') };
for (const report of Object.values(reports)) forget(report);
env.PLAYWRIGHT_JSON_OUTPUT_FILE = reports.playwright;
let status = 0;
try {
  if (!quick) {
    ensureDebianPackages({ debootstrap: ['debootstrap'], nft: ['nftables'] });
    stopDocker = await ensureDocker();
    env.MINATO_CHROMIUM = ensureChromium();
  }
  status = runAll();
} finally {
  await stopDocker();
}
const tests = [...vitestTests(reports.vitest), ...playwrightTests(reports.playwright)];
say('\n— slowest tests');
for (const line of slowest(tests, 20)) say(line);
process.stdout.write(`${closingLine(tests)}\n`);
process.exit(status);

function runAll() {
  const bin = (path) => join(root, 'node_modules', path);
  const vitestReport = ['--reporter=default', '--reporter=json', `--outputFile.json=${reports.vitest}`];
  const steps = [
    ['formatter and linter', bin('@biomejs/biome/bin/biome'), 'check', '.'],
    ['types: engine', bin('typescript7/bin/tsc'), '-p', 'tsconfig.json'],
    ['types: pure rooms', bin('typescript7/bin/tsc'), '-p', 'tsconfig.pure.json'],
    ['types: window', bin('typescript7/bin/tsc'), '-p', 'tsconfig.web.json'],
    ['types: browser tests', bin('typescript7/bin/tsc'), '-p', 'tsconfig.e2e.json'],
    ['arrows between rooms', 'scripts/check-arrows.ts'],
    ['dead code', bin('knip/bin/knip.js')],
    ['window', 'scripts/build.ts'],
    ...(quick ? [] : [['test images', 'scripts/test-images.ts']]),
    ['tests', bin('vitest/vitest.mjs'), 'run', ...vitestReport, ...(quick ? ['--project', 'quick'] : [])],
    ...(quick ? [] : [['browser tests', bin('@playwright/test/cli.js'), 'test', '-c', 'e2e/playwright.config.ts']]),
  ];
  for (const [title, ...command] of steps) {
    const began = performance.now();
    say(`\n— ${title}`);
    const result = spawnSync(node, ['--disable-warning=ExperimentalWarning', ...command], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (result.status !== 0) {
      say(`\n${title}: failed`);
      return result.status ?? 1;
    }
    say(`— ${title}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  return 0;
}
