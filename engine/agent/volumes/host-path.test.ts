import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHostPath } from './host-path.ts';
import { makeNodeRoot, placeUnder } from './node-root.ts';

let folder: string;
let root: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minato-root-'));
  root = join(folder, 'root');
  await mkdir(join(folder, 'own/etc'), { recursive: true });
  await writeFile(join(folder, 'own/etc/os-release'), 'PRETTY_NAME="A node"\n');
  await makeNodeRoot(root, { machineId: 'abc', nodeName: 'n1' }, join(folder, 'own'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Undefined when the path is as asked for; else the refusal. */
async function check(type: string, path: string): Promise<string | undefined> {
  return checkHostPath(type, await placeUnder(root, path), path).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

describe('a node’s file system', () => {
  test.each([
    '/',
    '/tmp',
    '/var/log',
    '/var/lib',
    '/var/log/pods',
    '/etc',
    '/opt',
    '/mnt',
    '/srv',
    '/home',
    '/usr/share',
    '/etc/ssl/certs',
  ])('has %s', async (path) => {
    expect(await check('Directory', path)).toBeUndefined();
  });
  test('has the node’s files, and a folder where everybody may write', async () => {
    const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
    expect(await Promise.all(['etc/os-release', 'etc/machine-id', 'etc/hostname'].map(read))).toEqual([
      'PRETTY_NAME="A node"\n',
      'abc\n',
      'n1\n',
    ]);
    expect((await stat(join(root, 'tmp'))).mode & 0o7777).toBe(0o1777);
  });
  test('keeps what pods have left there', async () => {
    await writeFile(join(root, 'etc/hostname'), 'changed\n');
    await rm(join(root, 'opt'), { recursive: true });
    await makeNodeRoot(root, { machineId: 'abc', nodeName: 'n1' }, join(folder, 'own'));
    expect(await readFile(join(root, 'etc/hostname'), 'utf8')).toBe('changed\n');
    expect(await check('Directory', '/opt')).toBeUndefined();
  });
  test('follows links as on the node, never out of it', async () => {
    await symlink('/etc', join(root, 'srv/away'));
    await symlink('../../../../../../etc/passwd', join(root, 'srv/out'));
    await symlink('round', join(root, 'srv/round'));
    expect(await placeUnder(root, '/srv/away/new/file')).toBe(join(root, 'etc/new/file'));
    expect(await placeUnder(root, '/srv/out')).toBe(join(root, 'etc/passwd'));
    await expect(placeUnder(root, '/srv/round')).rejects.toThrow('stat /srv/round: too many levels of symbolic links');
  });
});

describe('the types of a hostPath', () => {
  test.each([
    ['Directory', '/etc/os-release', 'hostPath type check failed: /etc/os-release is not a directory'],
    ['Directory', '/nowhere', 'hostPath type check failed: /nowhere is not a directory'],
    ['File', '/etc/os-release', undefined],
    ['File', '/etc', 'hostPath type check failed: /etc is not a file'],
    ['File', '/nowhere', 'hostPath type check failed: /nowhere is not a file'],
    ['Socket', '/etc/os-release', 'hostPath type check failed: /etc/os-release is not a socket file'],
    ['CharDevice', '/nowhere', 'hostPath type check failed: /nowhere is not a character device'],
    ['BlockDevice', '/tmp', 'hostPath type check failed: /tmp is not a block device'],
    ['FileOrCreate', '/etc', 'hostPath type check failed: /etc is not a file'],
    ['FileOrCreate', '/no/parent', 'open /no/parent: no such file or directory'],
    ['FileOrCreate', '/var/lib/made', undefined],
    ['DirectoryOrCreate', '/etc/os-release', 'hostPath type check failed: /etc/os-release is not a directory'],
    ['DirectoryOrCreate', '/etc/os-release/sub', 'mkdir /etc/os-release/sub: not a directory'],
    ['DirectoryOrCreate', '/data/made', undefined],
    ['', '/data/unchecked', undefined],
  ])('%j of %s: %s', async (type, path, refusal) => {
    expect(await check(type, path)).toBe(refusal);
  });
  test('a socket is a socket, and a file too, as upstream has it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'run/s'), resolve));
    expect([await check('Socket', '/run/s'), await check('File', '/run/s')]).toEqual([undefined, undefined]);
    await new Promise((resolve) => server.close(resolve));
  });
  test('a device of the machine is looked at where it can be seen', async () => {
    await expect(checkHostPath('CharDevice', '/dev/null', '/dev/null')).resolves.toBeUndefined();
    await expect(checkHostPath('Directory', '/dev/null', '/dev/null')).rejects.toThrow('/dev/null is not a directory');
  });
});
