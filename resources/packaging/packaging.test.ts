/**
 * The packaged app, packed by electron-builder itself. Only Electron's distribution is stood in for (its binary cannot be had here) by a file that
 * carries the mark at which fuses are flipped; what is packed, where, and what the hooks do is real. macOS' codesign is played by a script.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packagedAssets } from '../../engine/nodes/image/node-image.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
/** @electron/fuses looks for this text; then come the version, the number of fuses and one byte for each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;
type Hook = (context: object) => Promise<void>;
const hook = async (name: string): Promise<Hook> => ((await import(new URL(name, import.meta.url).href)) as { default: Hook }).default;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minato-packaging-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function standInElectron(): Promise<string> {
  const directory = join(folder, 'electron');
  await mkdir(join(directory, 'resources'), { recursive: true });
  const fuses = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, fuseCount]), Buffer.from('0'.repeat(fuseCount))]);
  await writeFile(join(directory, 'electron'), Buffer.concat([Buffer.from('stand-in '), fuses]), { mode: 0o755 });
  return directory;
}
/** By number: https://www.electronjs.org/docs/latest/tutorial/fuses */
async function fusesOf(binary: string): Promise<string> {
  const bytes = await readFile(binary, 'latin1');
  const begin = bytes.indexOf(sentinel) + sentinel.length + 2;
  return bytes.slice(begin, begin + fuseCount);
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
}
/** Paths in an asar archive: a length, then JSON. https://github.com/electron/asar#format */
async function pathsIn(archive: string): Promise<readonly string[]> {
  await using file = await open(archive);
  const { buffer: lengths } = await file.read(Buffer.alloc(16), 0, 16, 0);
  const size = lengths.readUInt32LE(12);
  const { buffer: json } = await file.read(Buffer.alloc(size), 0, size, 16);
  const walk = (entry: Entry, at: string): readonly string[] =>
    Object.entries(entry.files ?? {}).flatMap(([name, child]) => (child.files ? walk(child, `${at}${name}/`) : [`${at}${name}`]));
  return walk(JSON.parse(json.toString('utf8')) as Entry, '');
}

describe('the packed app', () => {
  let app: string;
  let packed: readonly string[];
  beforeAll(async () => {
    await run(process.execPath, [join(root, 'scripts/build.ts'), '--electron'], { cwd: root });
    const settings = [`-c.electronDist=${await standInElectron()}`, `-c.directories.output=${join(folder, 'dist')}`];
    await run(process.execPath, [join(root, 'node_modules/electron-builder/cli.js'), '--linux', 'dir', ...settings], { cwd: root });
    const made = (await readdir(join(folder, 'dist'))).find((name) => name.endsWith('unpacked'));
    app = join(folder, 'dist', made ?? '');
    packed = await pathsIn(join(app, 'resources/app.asar'));
  }, 300_000);

  it('has its programs, its window and its samples', () => {
    const expected = [
      'package.json',
      'build/electron/main.js',
      'build/electron/preload.cjs',
      'build/renderer/index.html',
      'resources/icons/trayTemplate.png',
      'resources/icons/trayTemplate@2x.png',
      ...['vote', 'result', 'worker', 'redis', 'db'].map((name) => `resources/voting-app/${name}/Dockerfile`),
      'resources/voting-app/manifests/vote.yaml',
      'node_modules/lmdb/package.json',
      'node_modules/ssh2/package.json',
    ];
    expect(expected.filter((path) => !packed.includes(path))).toEqual([]);
  });

  it('has no sources, no tests and no tools of ours', () => {
    const unwanted = /^(engine|renderer|e2e|scripts|bench)\/|\.test\.|^node_modules\/(electron|vite|esbuild|typescript|node-linux-[^/]+)\//;
    expect(packed.filter((path) => unwanted.test(path) && !/^node_modules\/.*\.test\./.test(path))).toEqual([]);
  });

  it('keeps native code outside the archive, where the system can load it', () => {
    const native = packed.filter((path) => path.endsWith('.node'));
    expect(native.length).toBeGreaterThan(0);
    expect(native.filter((path) => !existsSync(join(app, 'resources/app.asar.unpacked', path)))).toEqual([]);
  });

  it('finds all that its node image is made from', async () => {
    const { directory, agent, node } = packagedAssets(join(app, 'resources'), join(folder, 'cache'));
    const wanted = ['Dockerfile', 'Dockerfile.base', 'pause.sh'].map((name) => join(directory, name));
    const binaries = node.folders.map((parent) => join(parent, `node-linux-${arch()}`, 'bin/node'));
    expect([...wanted, 'bundle' in agent ? agent.bundle : '', ...binaries].filter((path) => !existsSync(path))).toEqual([]);
    const sources = await Promise.all(wanted.map((path) => readFile(path, 'utf8')));
    const ours = await Promise.all(
      ['Dockerfile', 'Dockerfile.base', 'pause.sh'].map((name) => readFile(join(root, 'resources/node-image', name), 'utf8')),
    );
    expect(sources).toEqual(ours);
  });

  it('has an agent that is one whole program', async () => {
    const agent = join(app, 'resources/node-image/agent.mjs');
    await expect(run(process.execPath, ['--check', agent])).resolves.toBeDefined();
    expect(await readFile(agent, 'utf8')).not.toMatch(/from\s*["'](?!node:)[@a-z][\w@/.-]*["'];/);
  });

  it('has the fuses flipped that it does not need', async () => {
    // RunAsNode off, cookies encrypted, NODE_OPTIONS off, inspector off, archive checked, archive only; the next is left alone; file:// has no privileges.
    expect(await fusesOf(join(app, 'minato'))).toMatch(/^010011.0.$/);
  });
});

describe('the fuses', () => {
  it('leave the inspector on in a build for tests, and there alone', async () => {
    const flip = await hook('fuses.mjs');
    const appOutDir = await standInElectron();
    const context = {
      appOutDir,
      electronPlatformName: 'linux',
      packager: { executableName: 'electron', appInfo: { productFilename: 'Minato' } },
    };
    vi.stubEnv('MINATO_TEST_BUILD', '1');
    await flip(context);
    const forTests = await fusesOf(join(appOutDir, 'electron'));
    vi.unstubAllEnvs();
    await flip(context);
    expect([forTests[3], (await fusesOf(join(appOutDir, 'electron')))[3]]).toEqual(['1', '0']);
  });
});

describe('the signature on macOS', () => {
  /** What codesign was asked after the app, when it says that about the app first. */
  async function codesignCalls(said: string, platform = 'darwin'): Promise<readonly string[]> {
    const bin = await mkdtemp(join(folder, 'bin-'));
    const log = join(bin, 'calls');
    const script = `#!/bin/sh\necho "$*" >> '${log}'\ncase "$1" in --display) echo '${said}' >&2;; esac\n`;
    await writeFile(join(bin, 'codesign'), script);
    await chmod(join(bin, 'codesign'), 0o755);
    await writeFile(log, '');
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
    const sign = await hook('adhoc-sign.mjs');
    await sign({ appOutDir: '/out', electronPlatformName: platform, packager: { appInfo: { productFilename: 'Minato' } } });
    vi.unstubAllEnvs();
    return (await readFile(log, 'utf8')).split('\n').filter((line) => line.includes('--sign'));
  }

  it('is made ad hoc where there is none: macOS calls an unsigned app damaged', async () => {
    expect(await codesignCalls('Signature=adhoc')).toEqual(['--force --deep --sign - /out/Minato.app']);
  });

  it('is left alone where an identity made it', async () => {
    expect(await codesignCalls('Authority=Developer ID Application: Somebody')).toEqual([]);
  });

  it('is nothing for other systems', async () => {
    expect(await codesignCalls('', 'linux')).toEqual([]);
  });
});

describe('the settings of electron-builder', () => {
  it('name files that are there', async () => {
    const settings = load(await readFile(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, unknown> & {
      readonly mac: Readonly<Record<string, string>>;
    };
    const named = [
      settings.icon,
      settings.beforePack,
      settings.afterPack,
      settings.afterSign,
      settings.mac.entitlements,
      settings.mac.entitlementsInherit,
    ];
    expect(named.filter((path) => typeof path !== 'string' || !existsSync(join(root, path)))).toEqual([]);
  });

  it('ask macOS for what a hardened app with native packages needs', async () => {
    const entitlements = await readFile(new URL('entitlements.mac.plist', import.meta.url), 'utf8');
    const keys = [...entitlements.matchAll(/<key>([^<]+)<\/key><true\/>/g)].map(([, key]) => key);
    expect(keys).toEqual(expect.arrayContaining(['com.apple.security.cs.allow-jit', 'com.apple.security.cs.disable-library-validation']));
  });
});
