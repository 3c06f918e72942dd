#!/usr/bin/env node
// The `minato` command: sees to Node.js 24 and hands over to the command line in TypeScript.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, node24, root } from './setup/node.mjs';

ensurePackages();
const node = node24();
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'engine/host/cli/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment24(node),
});
// Ctrl-C reaches the child by itself; a SIGTERM sent to this process must be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
