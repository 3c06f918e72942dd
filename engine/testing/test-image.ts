/**
 * A tiny image for tests against a real engine: BusyBox from Debian's package, with a `pause.sh` that only sleeps. Made once, kept under one
 * name; no registry is asked. Needs a Debian machine with `apt-get` or a static busybox.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import tar from 'tar-stream';

export const testImage = 'minato-test-busybox:1';
const run = promisify(execFile);

const pauseScript = `#!/bin/sh
trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $!; done
`;

/** Resolves to the image's name. */
export async function ensureTestImage(): Promise<string> {
  const found = await run('docker', ['image', 'inspect', testImage]).then(
    () => true,
    () => false,
  );
  if (!found) await importImage(await busyboxBinary());
  return testImage;
}

async function busyboxBinary(): Promise<{ readonly binary: Buffer; readonly applets: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'minato-busybox-'));
  try {
    await run('apt-get', ['download', 'busybox-static'], { cwd: folder });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get download busybox-static left no package');
    await run('dpkg-deb', ['-x', archive, 'root'], { cwd: folder });
    const path = join(folder, 'root/bin/busybox');
    const { stdout } = await run(path, ['--list']);
    return { binary: await readFile(path), applets: stdout.split('\n').filter((name) => name !== '' && name !== 'busybox') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importImage({ binary, applets }: { readonly binary: Buffer; readonly applets: readonly string[] }): Promise<void> {
  const pack = tar.pack();
  for (const name of ['bin', 'etc', 'usr', 'usr/local', 'usr/local/bin', 'root', 'dev', 'proc', 'sys']) {
    pack.entry({ name, type: 'directory', mode: 0o755 });
  }
  pack.entry({ name: 'tmp', type: 'directory', mode: 0o1777 });
  pack.entry({ name: 'bin/busybox', mode: 0o755 }, binary);
  for (const applet of applets) pack.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  pack.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
  pack.entry({ name: 'etc/group' }, 'root:x:0:\nnobody:x:65534:\n');
  pack.entry({ name: 'usr/local/bin/pause.sh', mode: 0o755 }, pauseScript);
  pack.finalize();
  const child = execFile('docker', ['import', '-c', 'CMD ["sh"]', '-c', 'ENV PATH=/bin', '-', testImage]);
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`docker import ended with ${code}`))));
  });
  if (!child.stdin) throw new Error('docker import has no input');
  pack.pipe(child.stdin);
  await done;
}
