// `npm run conformance`: upstream's conformance suite against a cluster of ours; e2e/upstream/conformance.ts says what it takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, fail, node24, root } from './setup/node.mjs';
import { ensureDebianPackages, ensureDocker, has } from './setup/system.mjs';

if (!has('go')) fail('This builds upstream’s own suite and needs Go for it: https://go.dev/dl/. Nothing else in Minato does.');
ensurePackages();
const node = node24();
ensureDebianPackages({ debootstrap: ['debootstrap'], nft: ['nftables'] });
const stopDocker = await ensureDocker();
const run = (...words) => spawnSync(node, words, { cwd: root, env: environment24(node), stdio: 'inherit' }).status ?? 1;
const status = run(join(root, 'scripts/base-image.ts')) || run(join(root, 'e2e/upstream/conformance.ts'), ...process.argv.slice(2));
await stopDocker();
process.exit(status);
