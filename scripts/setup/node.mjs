// Makes sure that the packages are installed and that Node.js 24 is at hand. Runs on Node.js 18 and later, before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const wantedMajor = 24;

/** Prints one line of set-up progress; set-up talks on stderr so that `--json` output stays clean. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
export function fail(line) {
  say(line);
  process.exit(1);
}

/** Installs node_modules when the lockfile has changed since the last time. No package may run a script of its own. */
export function ensurePackages() {
  const lock = join(root, 'package-lock.json');
  const marker = join(root, 'node_modules', '.minato-installed');
  const wanted = readFileSync(lock, 'utf8');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  say('Installing packages (npm ci) …');
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) fail('npm ci failed; see above. Check the network, then run the command again.');
  writeFileSync(marker, wanted);
}

/** Path of a Node.js 24 binary: this one if it is, else the one that the npm registry carries for this system. */
export function node24() {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(packaged)) return packaged;
  const hint = process.platform === 'darwin' ? 'brew install node@24' : 'https://nodejs.org/en/download';
  return fail(`Minato needs Node.js ${wantedMajor}; this is ${process.version}. Install it (${hint}) and run the command again.`);
}

/** Environment in which child processes, too, find Node.js 24 first, and what it has compiled before: that saves four tenths of a start's CPU time. */
export function environment24(node) {
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(root, 'build', 'compile-cache');
  return { ...process.env, NODE_COMPILE_CACHE, PATH: `${join(node, '..')}:${process.env.PATH ?? ''}` };
}
