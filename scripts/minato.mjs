#!/usr/bin/env node
// The `minato` command: sees to Node.js 24 and, for `serve`, to the window, and hands over to the command line in TypeScript.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, fail, node24, root } from './setup/node.mjs';
import { runChild } from './setup/run-child.mjs';

ensurePackages();
const node = node24();
const env = environment24(node);
const words = process.argv.slice(2);
// Does nothing when the window is built and its sources have not changed.
if (words.includes('serve') && spawnSync(node, [join(root, 'scripts/build.ts')], { cwd: root, env, stdio: ['ignore', 2, 2] }).status !== 0)
  fail('The window could not be built; see above.');
runChild(node, ['--disable-warning=ExperimentalWarning', join(root, 'engine/host/cli/main.ts'), ...words], { env });
