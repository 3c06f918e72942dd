// `npm run bench`: sets up what is missing and runs every measurement, or those named: `npm run bench -- api scale`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, node24, root } from './setup/node.mjs';
import { ensureDocker } from './setup/system.mjs';

ensurePackages();
const node = node24();
const stopDocker = await ensureDocker();
const run = (...words) => spawnSync(node, words, { cwd: root, env: environment24(node), stdio: 'inherit' }).status ?? 1;
const status = run(join(root, 'scripts/test-images.ts')) || run(join(root, 'bench/main.ts'), ...process.argv.slice(2));
await stopDocker();
process.exit(status);
