// `npm run differential`: the same requests to upstream's API server and to ours; e2e/upstream/differential.ts says what it takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, fail, node24, root } from './setup/node.mjs';
import { has } from './setup/system.mjs';

if (!has('go')) fail('This builds upstream’s own API server and needs Go for it: https://go.dev/dl/. Nothing else in Minato does.');
ensurePackages();
const node = node24();
const words = [join(root, 'e2e/upstream/differential.ts'), ...process.argv.slice(2)];
process.exit(spawnSync(node, words, { cwd: root, env: environment24(node), stdio: 'inherit' }).status ?? 1);
