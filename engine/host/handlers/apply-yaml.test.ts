/** `objects.apply` against a real API server: what a person pastes, and what comes back for each document. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap } from '../../api/kinds/core/config-map.ts';
import { type TestCluster, testCluster } from '../../testing/test-cluster.ts';
import { applyYaml } from './apply-yaml.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await testCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const apply = (yaml: string, more: { readonly namespace?: string; readonly dryRun?: boolean } = {}) =>
  applyYaml(cluster.client, { yaml, namespace: 'default', dryRun: false, ...more });
const map = (name: string, data = 'a: "1"', meta = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}${meta}}\ndata: {${data}}\n`;
const actions = async (yaml: string, more = {}) => (await apply(yaml, more)).map(({ action, name }) => `${name} ${action}`);

describe('applying YAML', () => {
  it('creates, leaves and changes, in kubectl’s words', async () => {
    const first = await actions(map('words'));
    const second = await actions(map('words'));
    const third = await actions(map('words', 'a: "2"'));
    expect([first, second, third]).toEqual([['words created'], ['words unchanged'], ['words configured']]);
  });

  it('goes on after a document that fails, and says which and why', async () => {
    const results = await apply([map('good'), map('Bad_Name'), map('better')].join('---\n'));
    expect(results.map(({ document, kind, name, action }) => ({ document, kind, name, action }))).toEqual([
      { document: 0, kind: 'ConfigMap', name: 'good', action: 'created' },
      { document: 1, kind: 'ConfigMap', name: 'Bad_Name', action: 'failed' },
      { document: 2, kind: 'ConfigMap', name: 'better', action: 'created' },
    ]);
    expect(results[1]?.error).toMatchObject({
      code: 'api',
      status: { reason: 'Invalid', details: { causes: [{ field: 'metadata.name' }] } },
    });
  });

  it('counts documents as the text has them, and passes over empty ones', async () => {
    const results = await apply(`# nothing here\n---\n${map('counted')}---\n---\n${map('counted-too')}`);
    expect(results.map(({ document, name }) => [document, name])).toEqual([
      [0, 'counted'],
      [2, 'counted-too'],
    ]);
    expect(await apply('')).toEqual([]);
  });

  it('takes a List apart, and JSON for what it is', async () => {
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    expect(await actions(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item('one'), item('two')] }))).toEqual([
      'one created',
      'two created',
    ]);
  });

  it('puts into the namespace what names none, and leaves alone what has one or needs none', async () => {
    const space = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
    await apply(space);
    const results = await apply([map('here'), map('there', '', ', namespace: default'), space].join('---\n'), { namespace: 'shop' });
    expect(results.map(({ kind, namespace }) => [kind, namespace])).toEqual([
      ['ConfigMap', 'shop'],
      ['ConfigMap', 'default'],
      ['Namespace', undefined],
    ]);
  });

  it('changes nothing when it is only tried', async () => {
    const tried = await actions(map('tried'), { dryRun: true });
    const bad = await apply(map('tried', 'a: 1'), { dryRun: true });
    expect([tried, bad[0]?.action]).toEqual([['tried created'], 'failed']);
    await expect(cluster.client.get(configMap, { namespace: 'default', name: 'tried' })).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it.each([
    ['a word', 'hello', 'a document is not a mapping'],
    ['a list', '- a\n', 'a document is not a mapping'],
    ['no kind', 'metadata: {name: x}', 'no matches for kind'],
    ['an unknown kind', 'apiVersion: v1\nkind: Wings\nmetadata: {name: x}', 'no matches for kind "Wings" in version "v1"'],
    [
      'an unknown version',
      'apiVersion: apps/v9\nkind: Deployment\nmetadata: {name: x}',
      'no matches for kind "Deployment" in version "apps/v9"',
    ],
    ['no metadata', 'apiVersion: v1\nkind: ConfigMap', 'name or generateName is required'],
    ['no name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}', 'name or generateName is required'],
    ['a word for metadata', 'apiVersion: v1\nkind: ConfigMap\nmetadata: x', 'metadata is not a mapping'],
    ['misspelt metadata', 'apiVersion: v1\nkind: ConfigMap\nmetaData: {name: x}', 'unknown field "metaData"'],
    ['a namespace that is not there', map('lost', '', ', namespace: nowhere'), 'namespaces "nowhere" not found'],
    ['misspelt fields', map('typo').replace('\ndata:', '\ndaat:'), 'unknown field "daat"'],
  ])('refuses %s by what is wrong', async (_what, yaml, message) => {
    expect(await apply(yaml)).toMatchObject([{ action: 'failed', error: { code: 'api', message: expect.stringContaining(message) } }]);
  });

  it('refuses a small text that its aliases make large', async () => {
    const bomb = `data: {a: &a "${'x'.repeat(10_000)}", ${Array.from({ length: 400 }, (_, index) => `b${index}: *a`).join(', ')}}`;
    await expect(apply(bomb)).rejects.toMatchObject({ code: 400, message: expect.stringContaining('use fewer aliases') });
  });

  it('refuses the whole text when it is no YAML', async () => {
    await expect(apply('a: [')).rejects.toMatchObject({ code: 400, message: expect.stringContaining('error parsing YAML') });
  });
});
