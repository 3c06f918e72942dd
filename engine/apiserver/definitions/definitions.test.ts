/** CustomResourceDefinitions and what they define, as a stock kubectl sees them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockKubectls } from '../../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../../testing/kubectl-server.ts';

const crontabs = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: crontabs.stable.example.com }
spec:
  group: stable.example.com
  scope: Namespaced
  names: { plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all] }
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.labelSelector }
    additionalPrinterColumns:
    - { name: Spec, type: string, jsonPath: .spec.cronSpec, description: The cron spec }
    - { name: Replicas, type: integer, jsonPath: .spec.replicas }
    - { name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status', priority: 1 }
    - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
    schema:
      openAPIV3Schema:
        type: object
        description: CronTab runs things.
        properties:
          spec:
            type: object
            required: [cronSpec]
            properties:
              cronSpec: { type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$', description: When it runs. }
              image: { type: string, minLength: 2, maxLength: 20 }
              replicas: { type: integer, minimum: 1, maximum: 10, default: 1 }
              policy: { type: string, enum: [Allow, Forbid], default: Allow }
              port: { x-kubernetes-int-or-string: true }
              labels: { type: object, additionalProperties: { type: string } }
              nothing: { type: string, nullable: true }
              free: { type: object, x-kubernetes-preserve-unknown-fields: true }
              tags: { type: array, items: { type: string }, x-kubernetes-list-type: set, maxItems: 3 }
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: { type: object, required: [name], properties: { name: { type: string }, number: { type: integer } } }
          status:
            type: object
            properties:
              replicas: { type: integer }
              labelSelector: { type: string }
              conditions:
                type: array
                items: { type: object, properties: { type: { type: string }, status: { type: string } } }
`;
const crontab = (name: string, spec: string, more = ''): string =>
  `{ apiVersion: stable.example.com/v1, kind: CronTab, metadata: { name: ${name}${more} }, spec: { cronSpec: '* * * * */5', ${spec} } }`;
const rows = (table: string): readonly string[] =>
  table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replaceAll(/\s{2,}/g, '|')
        .replace(/\d+m?\d*s$/, '<age>'),
    );

const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('a CustomResourceDefinition', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (newest) it = await kubectlServer(newest);
    await it.out('create -f -', crontabs);
    await it.out('wait --for=condition=Established crd/crontabs.stable.example.com --timeout=30s');
  });
  afterAll(() => it?.[Symbol.asyncDispose]());
  const refused = async (spec: string): Promise<string> => (await it.kubectl('create -f -', { input: crontab('bad', spec) })).stderr.trim();

  test('is established, and says with which names', async () => {
    const status = JSON.parse(await it.out('get crd crontabs.stable.example.com -o jsonpath={.status}')) as {
      readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[];
    };
    expect(status.conditions.map(({ type, status: is, reason, message }) => `${type} ${is} ${reason}: ${message}`)).toEqual([
      'NamesAccepted True NoConflicts: no conflicts found',
      'Established True InitialNamesAccepted: the initial names have been accepted',
    ]);
    expect(status).toMatchObject({
      acceptedNames: { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', listKind: 'CronTabList', shortNames: ['ct'] },
      storedVersions: ['v1'],
    });
  });

  test('is discovered and explained', async () => {
    expect(rows(await it.out('api-resources --api-group stable.example.com -o wide'))).toEqual([
      'NAME|SHORTNAMES|APIVERSION|NAMESPACED|KIND|VERBS|CATEGORIES',
      'crontabs|ct|stable.example.com/v1|true|CronTab|create,delete,deletecollection,get,list,patch,update,watch|all',
    ]);
    expect(await it.out('explain ct.spec')).toMatch(
      /GROUP: +stable.example.com\nKIND: +CronTab\nVERSION: +v1\n[\s\S]*FIELD: spec <Object>[\s\S]*cronSpec\t<string> -required-\n +When it runs./,
    );
  });

  test('gives its objects defaults, and shows them in its columns', async () => {
    expect(await it.out('apply -f -', crontab('a', 'image: busybox'))).toBe('crontab.stable.example.com/a created\n');
    expect(await it.out('get ct a -o jsonpath={.spec.replicas},{.spec.policy},{.metadata.generation}')).toBe('1,Allow,1');
    expect(rows(await it.out('get ct'))).toEqual(['NAME|SPEC|REPLICAS|AGE', 'a|* * * * */5|1|<age>']);
    expect(await it.out('get all')).toContain('crontab.stable.example.com/a');
    expect(await it.out('describe ct a')).toMatch(/^Name: +a\nNamespace: +default\n[\s\S]*Cron Spec: +\* \* \* \* \*\/5\n/);
  });

  test('refuses what is not of its schema, in the words of Kubernetes', async () => {
    const about = 'The CronTab "bad" is invalid: ';
    expect(await refused('replicas: two')).toBe(
      [
        `${about}`,
        '* spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        '* .spec.replicas: Invalid value: 0: .spec.replicas accessor error: two is of the type string, expected int64',
      ].join('\n'),
    );
    expect(await refused('replicas: 11, image: x, policy: Maybe')).toBe(
      [
        `${about}`,
        '* spec.image: Invalid value: "x": spec.image in body should be at least 2 chars long',
        '* spec.policy: Unsupported value: "Maybe": supported values: "Allow", "Forbid"',
        '* spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10',
      ].join('\n'),
    );
    expect(await refused('cronSpec: never')).toMatch(/spec.cronSpec: Invalid value: "never": spec.cronSpec in body should match '\^/);
    expect(await refused('tags: [a, b, a]')).toBe(`${about}spec.tags[2]: Duplicate value: "a"`);
    expect(await refused('tags: [a, b, c, d]')).toBe(`${about}spec.tags: Too many: 4: must have at most 3 items`);
    expect(await refused('ports: [{ name: a }, { name: a, number: 1 }]')).toBe(`${about}spec.ports[1]: Duplicate value: {"name":"a"}`);
    expect(await refused('port: true')).toBe(
      `${about}spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"`,
    );
    expect(await refused('labels: { a: 1 }')).toMatch(/spec.labels.a in body must be of type string: "integer"/);
  });

  test('prunes what it does not know, and says so where it is asked', async () => {
    const input = crontab('p', 'someField: 1, free: { any: [1] }, nothing: null, image: null');
    expect((await it.kubectl('create -f -', { input })).stderr).toContain('strict decoding error: unknown field "spec.someField"');
    const warned = await it.kubectl('create --validate=warn -f -', { input });
    expect([warned.stderr, warned.stdout]).toEqual(['Warning: unknown field "spec.someField"\n', 'crontab.stable.example.com/p created\n']);
    expect(JSON.parse(await it.out('get ct p -o jsonpath={.spec}'))).toEqual({
      cronSpec: '* * * * */5',
      free: { any: [1] },
      nothing: null,
      replicas: 1,
      policy: 'Allow',
    });
  });

  test('has a status and a scale', async () => {
    await it.out('create -f -', crontab('s', 'image: busybox'));
    await it.out(`patch ct s --subresource=status --type=merge -p '{"spec":{"replicas":9},"status":{"replicas":1,"labelSelector":"a=b"}}'`);
    await it.out(`patch ct s --type=merge -p '{"status":{"replicas":7}}'`);
    expect(await it.out('get ct s -o jsonpath={.spec.replicas},{.status.replicas},{.metadata.generation}')).toBe('1,1,1');
    await it.out('scale ct s --replicas=3');
    expect(await it.out('get ct s -o jsonpath={.spec.replicas},{.metadata.generation}')).toBe('3,2');
    expect(await it.out('get ct s --subresource=scale -o jsonpath={.spec.replicas},{.status.replicas},{.status.selector}')).toBe('3,1,a=b');
    expect((await it.kubectl('scale ct s --replicas=20')).stderr).toContain('spec.replicas in body should be less than or equal to 10');
  });

  test('takes merge and JSON patches, and no strategic ones', async () => {
    await it.out('create -f -', crontab('m', 'image: busybox'));
    await it.out(`patch ct m --type=json -p '[{"op":"replace","path":"/spec/image","value":"nginx"}]'`);
    await it.out(`patch ct m --type=merge -p '{"spec":{"labels":{"a":"b"}}}'`);
    expect(await it.out('get ct m -o jsonpath={.spec.image},{.spec.labels.a}')).toBe('nginx,b');
    expect((await it.kubectl(`patch ct m -p '{"spec":{}}'`)).stderr).toContain(
      'application/strategic-merge-patch+json is not supported by stable.example.com/v1, Kind=CronTab',
    );
  });

  test('owns and is owned: the garbage collector follows its references both ways', async () => {
    await it.out('create -f -', crontab('owner', 'image: busybox'));
    const uid = await it.out('get ct owner -o jsonpath={.metadata.uid}');
    await it.out(
      'create -f -',
      `{ apiVersion: v1, kind: ConfigMap, metadata: { name: middle,
         ownerReferences: [{ apiVersion: stable.example.com/v1, kind: CronTab, name: owner, uid: ${uid} }] } }`,
    );
    const middle = await it.out('get cm middle -o jsonpath={.metadata.uid}');
    const references = `, ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: middle, uid: ${middle} }]`;
    await it.out('create -f -', crontab('last', 'image: busybox', references));
    await it.out('delete ct owner');
    await it.out('wait --for=delete ct/last --timeout=30s');
    await it.out('delete ct owner --ignore-not-found');
  });

  test('goes with its namespace, and counts in its quota', async () => {
    await it.out('create namespace dock');
    await it.out('create quota one -n dock --hard=count/crontabs.stable.example.com=1');
    await it.out('create -n dock -f -', crontab('b', 'image: busybox', ', finalizers: [stable.example.com/held]'));
    const second = await it.kubectl('create -n dock -f -', { input: crontab('c', 'image: busybox') });
    expect(second.stderr).toContain('exceeded quota: one, requested: count/crontabs.stable.example.com=1, used:');
    await it.out(`wait quota/one -n dock --for=jsonpath='{.status.used.count/crontabs\\.stable\\.example\\.com}'=1 --timeout=30s`);
    await it.out('delete namespace dock --wait=false');
    await it.out('wait namespace/dock --for=condition=NamespaceContentRemaining --timeout=30s');
    expect(await it.out('get namespace dock -o jsonpath={.status.conditions[*].message}')).toContain(
      'crontabs.stable.example.com has 1 resource instances',
    );
    await it.out(`patch ct b -n dock --type=merge -p '{"metadata":{"finalizers":null}}'`);
    await it.out('wait --for=delete namespace/dock --timeout=30s');
  });

  test('is what RBAC rules speak of', async () => {
    await it.out('create role pilot --verb=get,list --resource=crontabs.stable.example.com');
    await it.out('create rolebinding pilot --role=pilot --user=jane');
    const may = async (verb: string): Promise<string> => (await it.kubectl(`auth can-i ${verb} ct --as jane`)).stdout.trim();
    expect([await may('list'), await may('delete')]).toEqual(['yes', 'no']);
  });

  test('is watched like any other', async () => {
    await using watch = it.follow('get ct -w --output-watch-events --no-headers --field-selector metadata.name=w');
    await it.out('create -f -', crontab('w', 'image: busybox'));
    expect(await watch.next()).toMatch(/^ADDED +w /);
    await it.out('label ct w row=3');
    expect(await watch.next()).toMatch(/^MODIFIED +w /);
    await it.out('delete ct w');
    expect(await watch.next()).toMatch(/^DELETED +w /);
  });

  test('holds its rules in CEL against every write, and takes none that cannot be right', async () => {
    const gauges = (
      rule: string,
    ): string => `{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: gauges.rules.test },
      spec: { group: rules.test, scope: Cluster, names: { plural: gauges, kind: Gauge }, versions: [{ name: v1, served: true, storage: true,
        schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object,
          properties: { min: { type: integer }, max: { type: integer } }, x-kubernetes-validations: [{ rule: '${rule}' }, { rule: 'self.min >= oldSelf.min', message: min may only grow }] } } } } }] } }`;
    const wrong = await it.kubectl('create -f -', { input: gauges('self.min <= self.most') });
    expect(wrong.stderr).toContain("compilation failed: ERROR: <input>:1:17: undefined field 'most'");
    await it.out('create -f -', gauges('self.min <= self.max'));
    await it.out('wait --for=condition=Established crd/gauges.rules.test --timeout=30s');
    const gauge = (min: number, max: number): string =>
      `{ apiVersion: rules.test/v1, kind: Gauge, metadata: { name: g }, spec: { min: ${min}, max: ${max} } }`;
    expect((await it.kubectl('create -f -', { input: gauge(2, 1) })).stderr).toBe(
      'The Gauge "g" is invalid: spec: Invalid value: "object": failed rule: self.min <= self.max\n',
    );
    await it.out('create -f -', gauge(2, 3));
    expect((await it.kubectl(`patch gauge g --type=merge -p '{"spec":{"min":1}}'`)).stderr).toContain(
      'spec: Invalid value: "object": min may only grow',
    );
  });

  test('serves several versions of one object, stored as one of them', async () => {
    const version = (name: string, storage: boolean): string =>
      `{ name: ${name}, served: true, storage: ${storage}, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object,
         properties: { a: { type: string, default: ${name} } } } } } } }`;
    const definition = (stored: string, names: readonly string[]): string =>
      `{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: sails.versions.test },
         spec: { group: versions.test, scope: Namespaced, names: { plural: sails, kind: Sail }, versions: [${names.map((name) => version(name, name === stored)).join(', ')}] } }`;
    await it.out('apply -f -', definition('v1beta1', ['v1beta1']));
    await it.out('wait --for=condition=Established crd/sails.versions.test --timeout=30s');
    await it.out('create -f -', '{ apiVersion: versions.test/v1beta1, kind: Sail, metadata: { name: s }, spec: {} }');
    await it.out('apply -f -', definition('v1', ['v1beta1', 'v1']));
    await it.out('wait crd/sails.versions.test --for=jsonpath={.status.storedVersions[1]}=v1 --timeout=30s');
    const read = (name: string): Promise<string> => it.out(`get sails.${name}.versions.test s -o jsonpath={.apiVersion},{.spec.a}`);
    // What was stored under the older version keeps its value, and is shown in either.
    expect([await read('v1'), await read('v1beta1')]).toEqual(['versions.test/v1,v1beta1', 'versions.test/v1beta1,v1beta1']);
    expect((await it.kubectl('apply -f -', { input: definition('v1', ['v1']) })).stderr).toContain(
      'status.storedVersions[0]: Invalid value: "v1beta1": missing from spec.versions',
    );
    expect(await it.out('get sails -o jsonpath={.items[0].apiVersion}')).toBe('versions.test/v1');
  });

  test('is refused in the words of Kubernetes', async () => {
    const refusal = async (spec: string): Promise<string> =>
      (
        await it.kubectl('create -f -', {
          input: `{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: rafts.bad.test }, spec: ${spec} }`,
        })
      ).stderr;
    const named = 'group: bad.test, scope: Cluster, names: { plural: rafts, kind: Raft }';
    const schema = 'schema: { openAPIV3Schema: { type: object } }';
    expect(await refusal(`{ ${named}, versions: [{ name: v1, served: true, storage: true }] }`)).toContain(
      'spec.versions[0].schema.openAPIV3Schema: Required value',
    );
    expect(await refusal(`{ ${named}, versions: [{ name: v1, served: true, storage: false, ${schema} }] }`)).toContain(
      'must have exactly one version marked as storage version',
    );
    expect(
      await refusal(
        `{ group: bad.test, scope: Cluster, names: { plural: boats, kind: Raft }, versions: [{ name: v1, served: true, storage: true, ${schema} }] }`,
      ),
    ).toContain('metadata.name: Invalid value: "rafts.bad.test": must be spec.names.plural+"."+spec.group');
    expect(
      await refusal(
        `{ ${named}, versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { properties: { a: {} } } } } } }] }`,
      ),
    ).toContain(
      'spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    );
  });

  test('takes its objects with it, and begins empty when it comes again', async () => {
    await it.out(`patch ct m --type=merge -p '{"metadata":{"finalizers":["stable.example.com/held"]}}'`);
    await it.out('delete crd crontabs.stable.example.com --wait=false');
    await it.out('wait crd/crontabs.stable.example.com --for=condition=Terminating --timeout=30s');
    expect((await it.kubectl('create -f -', { input: crontab('late', 'image: busybox') })).stderr).toContain(
      'create not allowed while custom resource definition is terminating',
    );
    await it.out(`patch ct m --type=merge -p '{"metadata":{"finalizers":null}}'`);
    await it.out('wait --for=delete crd/crontabs.stable.example.com --timeout=30s');
    expect((await it.kubectl('get --raw /apis/stable.example.com/v1/crontabs')).stderr).toContain('could not find the requested resource');
    expect(await it.out('api-resources --api-group stable.example.com --cached=false')).not.toContain('crontabs');
    await it.out('create -f -', crontabs);
    await it.out('wait --for=condition=Established crd/crontabs.stable.example.com --timeout=30s');
    expect((await it.kubectl('get ct')).stderr).toContain('No resources found');
  });
});
