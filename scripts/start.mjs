// `npm start`: sets up what is missing and opens Minato; in its own window where Electron's binary is there, else in the browser.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, environment24, node24, root, say } from './setup/node.mjs';
import { runChild } from './setup/run-child.mjs';
import { ensureDocker } from './setup/system.mjs';

ensurePackages();
const node = node24();
const env = environment24(node);
await ensureDocker();
const reason = whyNoElectron();
build(reason === undefined ? ['--electron'] : []);
if (reason === undefined) runChild(electronBinary(), ['.'], { cwd: root, env });
else {
  say(`${reason} Serving the window to your browser instead:`);
  runChild(node, [join(root, 'engine/host/cli/main.ts'), 'serve', ...process.argv.slice(2)], { cwd: root, env });
}

function build(words) {
  const result = spawnSync(node, [join(root, 'scripts/build.ts'), ...words], { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function electronBinary() {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
  return join(root, 'node_modules/electron/dist', names[process.platform] ?? 'electron');
}

/** Electron's binary is not in its npm package: it is downloaded at first start, where that is possible. */
function whyNoElectron() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display here.';
  if (!existsSync(electronBinary())) {
    say('Downloading Electron …');
    spawnSync(node, [join(root, 'node_modules/electron/install.js')], { env, stdio: 'ignore', timeout: 300_000 });
  }
  return existsSync(electronBinary()) ? undefined : "Electron's binary could not be downloaded.";
}
