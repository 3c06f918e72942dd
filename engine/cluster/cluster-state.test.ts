import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ClusterState,
  checkClusterName,
  clusterPaths,
  listClusterNames,
  readState,
  removeState,
  writeState,
} from './cluster-state.ts';

const state: ClusterState = {
  version: 1,
  name: 'minato',
  driver: 'docker',
  createdAt: '2026-01-01T00:00:00Z',
  apiPort: 6443,
  network: {
    networkName: 'minato-minato',
    clusterCidr: '10.244.0.0/16',
    gatewayIp: '10.244.255.254',
    serviceCidr: '10.96.0.0/16',
    dnsIp: '10.96.0.10',
  },
  nodes: [{ name: 'minato', ip: '10.244.255.10', podCidr: '10.244.0.0/24', kubeletPort: 40_000 }],
  stopped: false,
};
async function data() {
  const path = await mkdtemp(join(tmpdir(), 'minato-state-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('what a cluster is, on disk', () => {
  it('comes back as it was written, for its owner alone', async () => {
    await using here = await data();
    await writeState(here.path, state);
    const { directory, state: file } = clusterPaths(here.path, 'minato');
    const modes = await Promise.all([directory, file].map(async (path) => (await stat(path)).mode & 0o777));
    expect([await readState(here.path, 'minato'), modes]).toEqual([state, [0o700, 0o600]]);
    expect(await readdir(directory)).toEqual(['cluster.json']);
  });

  it('is nothing where there is no cluster', async () => {
    await using here = await data();
    expect([await readState(here.path, 'minato'), await listClusterNames(here.path)]).toEqual([undefined, []]);
  });

  it.each([
    ['half a file', '{"version":1,"name":"mina', /cannot be read: .*JSON.*\. Restore it, or delete the cluster\.$/],
    ['nothing', '', /cannot be read: Unexpected end of JSON input\. /],
    ['a list', '[]', /cannot be read: content: /],
    ['another version', JSON.stringify({ ...state, version: 2 }), /cannot be read: version: /],
    ['an unknown driver', JSON.stringify({ ...state, driver: 'podman' }), /cannot be read: driver: /],
    [
      'a node without an address',
      JSON.stringify({ ...state, nodes: [{ name: 'a', podCidr: '', kubeletPort: 1 }] }),
      /cannot be read: nodes\.0\.ip: /,
    ],
  ])('that holds %s is refused by name and left as it is', async (_what, text, message) => {
    await using here = await data();
    const { directory, state: file } = clusterPaths(here.path, 'minato');
    await mkdir(directory, { recursive: true });
    await writeFile(file, text);
    await expect(readState(here.path, 'minato')).rejects.toMatchObject({
      code: 'data-unreadable',
      params: { path: file },
      message: expect.stringMatching(message),
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('that is missing beside the data of a cluster is told, so that no new cluster begins over old data', async () => {
    await using here = await data();
    const { store, state: file } = clusterPaths(here.path, 'minato');
    await mkdir(store, { recursive: true });
    await expect(readState(here.path, 'minato')).rejects.toMatchObject({ code: 'data-unreadable', params: { path: file } });
    await removeState(here.path, 'minato');
    expect(await readState(here.path, 'minato')).toBeUndefined();
  });

  it('is listed by folder, in order, and gone when it is removed', async () => {
    await using here = await data();
    for (const name of ['two', 'one']) await writeState(here.path, { ...state, name });
    await writeFile(join(here.path, 'clusters', 'not-a-folder'), '');
    const before = await listClusterNames(here.path);
    await removeState(here.path, 'two');
    await removeState(here.path, 'never-was');
    expect([before, await listClusterNames(here.path)]).toEqual([['one', 'two'], ['one']]);
  });
});

describe('the name of a cluster', () => {
  it.each(['minato', 'a', 'test-2', 'a'.repeat(40)])('may be %s', (name) => {
    expect(() => checkClusterName(name)).not.toThrow();
  });
  it.each(['', 'A', 'über', '2nd', '-a', 'a-', 'a_b', 'a.b', 'a b', '../x', 'a/b', 'a\n', 'a'.repeat(41)])('may not be %j', (name) => {
    expect(() => checkClusterName(name)).toThrow(
      expect.objectContaining({ code: 'invalid-input', params: { field: 'name', value: name } }),
    );
  });
});
