import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { type KubeconfigEntry, mergeKubeconfig, removeFromKubeconfig } from './kubeconfig.ts';

const entry: KubeconfigEntry = { name: 'minato', server: 'https://127.0.0.1:6443', caPem: 'CA', certificatePem: 'CERT', keyPem: 'KEY' };
const others = `apiVersion: v1
kind: Config
preferences: {colors: true}
clusters:
- name: work
  cluster: {server: "https://work.example:6443", proxy-url: "http://proxy:3128"}
users:
- name: work
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: login, args: ["--now"]}}
contexts:
- name: work
  context: {cluster: work, user: work, namespace: team}
current-context: work
extensions: [{name: x, extension: {a: 1}}]
`;

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'minato-kubeconfig-'));
  return { path, file: join(path, 'config'), [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('the kubeconfig', () => {
  it('gets the cluster as its current context and keeps everything else', async () => {
    await using here = await folder();
    await writeFile(here.file, others);
    await mergeKubeconfig(here.file, entry);
    const before = load(others) as Record<string, unknown[]>;
    const after = load(await readFile(here.file, 'utf8')) as Record<string, unknown[]>;
    expect(after).toEqual({
      ...before,
      clusters: [...(before.clusters ?? []), { name: 'minato', cluster: { server: entry.server, 'certificate-authority-data': 'Q0E=' } }],
      users: [...(before.users ?? []), { name: 'minato', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
      contexts: [...(before.contexts ?? []), { name: 'minato', context: { cluster: 'minato', user: 'minato' } }],
      'current-context': 'minato',
    });
  });

  it('is as before after the cluster is taken out, but for the current context', async () => {
    await using here = await folder();
    await writeFile(here.file, others);
    await mergeKubeconfig(here.file, entry);
    await removeFromKubeconfig(here.file, 'minato');
    expect(load(await readFile(here.file, 'utf8'))).toEqual({ ...(load(others) as object), 'current-context': '' });
    expect(await readdir(here.path)).toEqual(['config']);
  });

  it('keeps the namespace the user chose when the entry is refreshed', async () => {
    await using here = await folder();
    await mergeKubeconfig(here.file, entry);
    const config = (await readFile(here.file, 'utf8')).replace('user: minato\n', 'user: minato\n      namespace: shop\n');
    await writeFile(here.file, config);
    await mergeKubeconfig(here.file, { ...entry, server: 'https://127.0.0.1:7443' });
    const { contexts, clusters } = load(await readFile(here.file, 'utf8')) as Record<string, unknown[]>;
    expect({ contexts, servers: clusters }).toMatchObject({
      contexts: [{ context: { namespace: 'shop' } }],
      servers: [{ cluster: { server: 'https://127.0.0.1:7443' } }],
    });
  });

  it('is created, readable by its owner alone, where there is none', async () => {
    await using here = await folder();
    await mergeKubeconfig(join(here.path, 'deep', 'config'), entry);
    expect(load(await readFile(join(here.path, 'deep', 'config'), 'utf8'))).toMatchObject({ kind: 'Config', 'current-context': 'minato' });
  });

  it('is written through a link, not over it', async () => {
    await using here = await folder();
    await mkdir(join(here.path, 'dotfiles'));
    await writeFile(join(here.path, 'dotfiles', 'config'), others);
    await symlink(join(here.path, 'dotfiles', 'config'), here.file);
    await mergeKubeconfig(here.file, entry);
    expect(await readFile(join(here.path, 'dotfiles', 'config'), 'utf8')).toContain('minato');
  });

  it.each([
    ['broken YAML', 'clusters: [', 'kubeconfig-malformed'],
    ['a list', '- a\n- b\n', 'kubeconfig-malformed'],
    ['another kind', 'kind: Pod\n', 'kubeconfig-malformed'],
    ['a mapping where a list belongs', 'kind: Config\nclusters: {a: 1}\n', 'kubeconfig-malformed'],
    ['an item without a name', 'kind: Config\nusers: [{user: {}}]\n', 'kubeconfig-malformed'],
  ])('is left as it is when it holds %s', async (_what, text, code) => {
    await using here = await folder();
    await writeFile(here.file, text);
    await expect(mergeKubeconfig(here.file, entry)).rejects.toMatchObject({ code, message: expect.stringContaining(here.file) });
    expect(await readFile(here.file, 'utf8')).toBe(text);
    expect(await readdir(here.path)).toEqual(['config']);
  });

  it('that cannot be read is refused by name', async () => {
    await using here = await folder();
    await mkdir(here.file);
    await expect(mergeKubeconfig(here.file, entry)).rejects.toMatchObject({ code: 'kubeconfig-unreadable', params: { path: here.file } });
  });

  it('survives many writers at once', async () => {
    await using here = await folder();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => mergeKubeconfig(here.file, { ...entry, name })));
    const { clusters } = load(await readFile(here.file, 'utf8')) as { clusters: { name: string }[] };
    expect(clusters.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});
