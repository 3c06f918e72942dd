// What upstream's own programs are needed for: `npm run conformance`, `npm run differential`, `npm run generate-docs`; e2e/upstream/PART.ts says what each takes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, environment24, fail, node24, root } from './setup/node.mjs';
import { ensureDebianPackages, ensureDocker, has } from './setup/system.mjs';

const [part, ...words] = process.argv.slice(2);
if (!has('go')) fail('This builds upstream’s own programs and needs Go for it: https://go.dev/dl/. Nothing else in Minato does.');
ensurePackages();
const node = node24();
const run = (...command) => spawnSync(node, command, { cwd: root, env: environment24(node), stdio: 'inherit' }).status ?? 1;
let stopDocker = async () => undefined;
let status = 0;
if (part === 'conformance') {
  ensureDebianPackages({ debootstrap: ['debootstrap'], nft: ['nftables'] });
  stopDocker = await ensureDocker();
  status = run(join(root, 'scripts/base-image.ts'));
}
status ||= run(join(root, `e2e/upstream/${part}.ts`), ...words);
await stopDocker();
process.exit(status);
