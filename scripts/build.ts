/** Builds what a checkout cannot run as it is: the window (Vite) and, with `--electron`, Electron's main process and preload script (esbuild). Skips what is up to date. */
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build as buildWindow } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = new Set(process.argv.slice(2));

await ensureBuilt(
  'build/renderer/index.html',
  ['renderer/**/*', 'engine/{api,cache,explain,host}/**/*.ts', 'package-lock.json'],
  async () => {
    console.error('Building the window …');
    // Under a test runner's NODE_ENV Vite would take React's development build: twice the size, and many times slower.
    process.env.NODE_ENV = 'production';
    await buildWindow({ configFile: `${root}renderer/vite.config.ts`, logLevel: 'warn' });
  },
);
if (words.has('--electron'))
  await ensureBuilt('build/electron/main.js', ['electron/**/*.ts', 'engine/**/*.ts', 'package-lock.json'], buildElectron);

async function buildElectron(): Promise<void> {
  console.error("Building Electron's main process …");
  mkdirSync(`${root}build/electron`, { recursive: true });
  const shared = { bundle: true, platform: 'node', target: 'node24', sourcemap: true, absWorkingDir: root, logLevel: 'warning' } as const;
  // Native and CommonJS packages stay as they are and come along in node_modules.
  await bundle({ ...shared, entryPoints: ['electron/main.ts'], outfile: 'build/electron/main.js', format: 'esm', packages: 'external' });
  // A sandboxed preload script must be CommonJS in one file.
  await bundle({
    ...shared,
    entryPoints: ['electron/preload.ts'],
    outfile: 'build/electron/preload.cjs',
    format: 'cjs',
    external: ['electron'],
  });
}

async function ensureBuilt(output: string, inputs: readonly string[], build: () => Promise<void>): Promise<void> {
  const marker = `${root}build/.${output.replaceAll('/', '-')}`;
  if (
    !words.has('--force') &&
    timeOf(marker) >= Math.max(...inputs.flatMap((pattern) => globSync(pattern, { cwd: root })).map((file) => timeOf(root + file)))
  )
    return;
  rmSync(marker, { force: true });
  await build();
  writeFileSync(marker, '');
}
function timeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
