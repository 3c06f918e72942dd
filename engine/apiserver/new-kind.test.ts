/**
 * A kind that is nobody's is added as the README's recipe says: one definition, one entry in the list. Everything else must follow from it, as a stock
 * kubectl sees it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Path, required } from '../api/field-error.ts';
import { anyKind, kind } from '../api/kind.ts';
import { age, integer, text } from '../api/kinds/columns.ts';
import { kinds } from '../api/kinds.ts';
import type { PodDisruptionBudget } from '../api/types.gen.ts';
import { stockKubectls, tableRows } from '../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../testing/kubectl-server.ts';

const berth = kind<PodDisruptionBudget>({
  group: 'harbour.test',
  kind: 'Berth',
  plural: 'berths',
  shortNames: ['bt'],
  namespaced: true,
  schema: 'PodDisruptionBudget',
  hasStatus: true,
  validate: ({ spec }) => (spec?.minAvailable === undefined ? [required(new Path('spec').at('minAvailable'))] : []),
  columns: [text('Min', ({ spec }) => `${spec.minAvailable}`), integer('Healthy', ({ status }) => status?.currentHealthy ?? 0), age],
});

const manifest = (name: string, more = '', spec = '{ minAvailable: 2 }'): string =>
  `{ apiVersion: harbour.test/v1, kind: Berth, metadata: { name: ${name}${more} }, spec: ${spec} }`;
const ownedConfigMap = (name: string, uid: string): string => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name},
  ownerReferences: [{ apiVersion: harbour.test/v1, kind: Berth, name: owner, uid: ${uid} }] } }`;

const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('a new kind', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (newest) it = await kubectlServer(newest, { kinds: [...kinds, anyKind(berth)] });
  });
  afterAll(() => it?.[Symbol.asyncDispose]());

  test('is discovered, and explained from its schema', async () => {
    expect(tableRows(await it.out('api-resources --api-group harbour.test'))).toEqual([
      'NAME|SHORTNAMES|APIVERSION|NAMESPACED|KIND',
      'berths|bt|harbour.test/v1|true|Berth',
    ]);
    expect(await it.out('explain bt.spec.unhealthyPodEvictionPolicy')).toMatch(
      /GROUP: +harbour.test\nKIND: +Berth\nVERSION: +v1\n[\s\S]*FIELD: unhealthyPodEvictionPolicy[\s\S]*criteria for when unhealthy pods/,
    );
  });

  test('is decoded strictly, validated, created and shown in its columns', async () => {
    const unknown = await it.kubectl('create -f -', { input: manifest('a', '', '{ minAvailable: 2, maxWeight: 1 }') });
    const invalid = await it.kubectl('create -f -', { input: manifest('a', '', '{ maxUnavailable: 1 }') });
    expect([unknown.stderr, invalid.stderr]).toEqual([
      expect.stringContaining('unknown field "spec.maxWeight"'),
      'The Berth "a" is invalid: spec.minAvailable: Required value\n',
    ]);
    expect(await it.out('create -f -', manifest('a'))).toBe('berth.harbour.test/a created\n');
    await it.out(`patch bt a --subresource=status --type=merge -p '{"spec":{"minAvailable":9},"status":{"currentHealthy":1}}'`);
    expect(tableRows(await it.out('get bt'))).toEqual(['NAME|MIN|HEALTHY|AGE', 'a|2|1|<age>']);
  });

  test('is watched, patched and labelled like any other', async () => {
    await using watch = it.follow('get berths -w --output-watch-events --no-headers');
    expect(await watch.next()).toMatch(/^ADDED +a +2 +1 /);
    await it.out('label bt a row=3');
    expect(await watch.next()).toMatch(/^MODIFIED +a +2 +1 /);
    expect(await it.out('get bt -l row=3 -o name')).toBe('berth.harbour.test/a\n');
  });

  test('is what RBAC rules speak of', async () => {
    await it.out('create role pilot --verb=get,list --resource=berths.harbour.test');
    await it.out('create rolebinding pilot --role=pilot --user=jane');
    const may = async (verb: string): Promise<string> => (await it.kubectl(`auth can-i ${verb} bt --as jane`)).stdout.trim();
    expect([await may('list'), await may('delete')]).toEqual(['yes', 'no']);
  });

  test('owns and is owned: the garbage collector follows its references both ways', async () => {
    await it.out('create -f -', manifest('owner'));
    const uid = await it.out('get bt owner -o jsonpath={.metadata.uid}');
    await it.out('create -f -', ownedConfigMap('middle', uid));
    const middle = await it.out('get cm middle -o jsonpath={.metadata.uid}');
    const reference = `, ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: middle, uid: ${middle} }]`;
    await it.out('create -f -', manifest('last', reference));
    await it.out('delete bt owner');
    await it.out('wait --for=delete bt/last --timeout=30s');
    expect(await it.out('get bt -o name')).toBe('berth.harbour.test/a\n');
  });

  test('goes with its namespace', async () => {
    await it.out('create namespace dock');
    await it.out('create -n dock -f -', manifest('b', ', finalizers: [harbour.test/held]'));
    await it.out('delete namespace dock --wait=false');
    await it.out(`wait namespace/dock --for=condition=NamespaceContentRemaining --timeout=30s`);
    expect(await it.out('get namespace dock -o yaml')).toContain('berths.harbour.test has 1 resource instances');
    await it.out(`patch bt b -n dock --type=merge -p '{"metadata":{"finalizers":null}}'`);
    await it.out('wait --for=delete namespace/dock --timeout=30s');
  });
});
