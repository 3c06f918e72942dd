import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { stockKubectls } from '../testing/kubectl.ts';
import { defaultKubeconfigPath, type KubeconfigEntry, mergeKubeconfig, removeFromKubeconfig } from './kubeconfig.ts';

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
    const config = (await readFile(here.file, 'utf8')).replace(/( *)user: minato\n/, '$&$1namespace: shop\n');
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

const handwritten = `# Clusters of the team. Do not edit on Fridays.
apiVersion: v1
kind: Config
clusters:
- name: work # the big one
  cluster:
    server: "https://work.example:6443"
    insecure-skip-tls-verify: yes

# People
users:
- &me
  name: work
  user:
    token: "1e3"
    password: "0777"
    username: 'on'
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: login
      interactiveMode: Never
      env:
      - {name: LEVEL, value: "1_000"}
      args: ["--to", '12:30:45', ~nobody, ${'long '.repeat(40).trim()}]
contexts:
- context: {cluster: work, user: work}
  name: work
current-context: work
`;

describe("what others wrote in the user's kubeconfig", () => {
  it('stays as it was to the letter, comments and ways of writing included', async () => {
    await using here = await folder();
    await writeFile(here.file, handwritten);
    await mergeKubeconfig(here.file, entry);
    await removeFromKubeconfig(here.file, 'minato');
    expect(await readFile(here.file, 'utf8')).toBe(handwritten.replace('current-context: work', 'current-context: ""'));
  });

  it.each([
    ['indented lists', 'apiVersion: v1\nkind: Config\nclusters:\n  - name: a\n    cluster:\n      server: https://a\n'],
    ['JSON', '{"apiVersion":"v1","kind":"Config","clusters":[{"name":"a","cluster":{"server":"https://a"}}],"users":null,"contexts":[]}'],
    ['empty lists', 'apiVersion: v1\nkind: Config\nclusters: []\nusers: null\ncontexts: ~\n'],
    ['a mapping without lists', '# mine\nkind: Config\n'],
    ['nothing but a comment', '# to be filled\n'],
    ['nothing', ''],
  ])('may be %s', async (_what, text) => {
    await using here = await folder();
    await writeFile(here.file, text);
    await mergeKubeconfig(here.file, entry);
    const merged = await readFile(here.file, 'utf8');
    const config = load(merged) as Record<string, { name: string }[]>;
    const names = ['clusters', 'users', 'contexts'].map((list) => config[list]?.map(({ name }) => name));
    const others = text.includes('https://a') ? ['a'] : [];
    expect(names).toEqual([[...others, 'minato'], ['minato'], ['minato']]);
    expect(text.split('\n').filter((line) => line.startsWith('#') && !merged.includes(line))).toEqual([]);
  });

  it.each(['null', 'yes', 'on', 'n', 'true'])('is not mistaken when the cluster is called %s', async (name) => {
    await using here = await folder();
    await mergeKubeconfig(here.file, { ...entry, name });
    expect(await readFile(here.file, 'utf8')).toContain(`current-context: "${name}"`);
    await removeFromKubeconfig(here.file, name);
    expect(load(await readFile(here.file, 'utf8'))).toMatchObject({ clusters: [], users: [], contexts: [], 'current-context': '' });
  });

  it('keeps its mode', async () => {
    await using here = await folder();
    await writeFile(here.file, handwritten);
    await chmod(here.file, 0o640);
    await mergeKubeconfig(here.file, entry);
    expect((await stat(here.file)).mode & 0o777).toBe(0o640);
  });

  const [kubectl] = stockKubectls();
  it.runIf(kubectl)('means the same to kubectl, and ours is understood by it', async () => {
    await using here = await folder();
    await writeFile(here.file, handwritten);
    const view = () =>
      JSON.parse(
        execFileSync(kubectl?.path ?? '', ['--kubeconfig', here.file, 'config', 'view', '--raw', '-o', 'json'], { encoding: 'utf8' }),
      );
    const before = view();
    await mergeKubeconfig(here.file, { ...entry, name: 'null' });
    const { clusters, users, contexts, ...rest } = view();
    const others = (list: readonly { name: string }[]) => list.filter(({ name }) => name !== 'null');
    expect({ ...rest, clusters: others(clusters), users: others(users), contexts: others(contexts) }).toEqual({
      ...before,
      'current-context': 'null',
    });
    expect(contexts.length).toBe(2);
  });
});

// Root may read and write everything, so these act as another user for a moment.
const nobody = 65_534;
async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return act();
  process.seteuid?.(nobody);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a kubeconfig that may not be touched', () => {
  it.each([
    ['cannot be read', 0o200, 0o777, 'kubeconfig-unreadable'],
    ['is read-only', 0o444, 0o777, 'kubeconfig-read-only'],
    ['lies in a folder that is read-only', 0o666, 0o555, 'kubeconfig-read-only'],
  ])('because it %s is left as it is, and named', async (...row) => {
    const [, mode, folderMode, code] = row;
    await using here = await folder();
    await writeFile(here.file, others);
    await chmod(here.file, mode);
    await chmod(here.path, folderMode);
    const merged = await asNobody(() =>
      mergeKubeconfig(here.file, entry).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    await chmod(here.path, 0o777);
    await chmod(here.file, 0o600);
    expect(merged).toMatchObject({ code, params: { path: here.file }, message: expect.stringContaining('It was left as it is.') });
    expect([await readFile(here.file, 'utf8'), await readdir(here.path)]).toEqual([others, ['config']]);
  });

  it('waits for a lock that another program holds, and takes over one that a crash left', async () => {
    await using here = await folder();
    await writeFile(here.file, others);
    await writeFile(`${here.file}.lock`, '');
    const anHourAgo = Date.now() / 1000 - 3600;
    await utimes(`${here.file}.lock`, anHourAgo, anHourAgo);
    await mergeKubeconfig(here.file, entry);
    expect(await readdir(here.path)).toEqual(['config']);
  });
});

describe('the file kubectl would write', () => {
  it('is the first of KUBECONFIG that exists, else its last, else the one at home', async () => {
    await using here = await folder();
    const [missing, other] = [join(here.path, 'missing'), join(here.path, 'other')];
    await writeFile(here.file, '');
    const paths = [`${missing}:${here.file}:${other}`, `${missing}:${other}`, '', undefined].map((KUBECONFIG) =>
      defaultKubeconfigPath({ KUBECONFIG }),
    );
    expect(await Promise.all(paths)).toEqual([
      here.file,
      other,
      expect.stringMatching(/\.kube\/config$/),
      expect.stringMatching(/\.kube\/config$/),
    ]);
  });
});
