/** Everything around `kubectl apply`, on the server's side and on the client's, by the kubectls that are on this machine. */
import { describe, expect, test } from 'vitest';
import { stockKubectls } from '../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../testing/kubectl-server.ts';

const deployment = (more: { readonly replicas?: number; readonly image?: string; readonly env?: string } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  ${more.replicas === undefined ? '' : `replicas: ${more.replicas}`}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: ${more.image ?? 'nginx'}
          ${more.env === undefined ? '' : `env: [{ name: MODE, value: ${more.env} }]`}
          ports: [{ containerPort: 80 }]
`;
const configMap = (name: string, data: string, labels = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${labels === '' ? '' : `, labels: { ${labels} }`} }\ndata: { ${data} }\n`;

const managers = async (it: KubectlServer, object: string): Promise<readonly string[]> => {
  const lines = await it.out(
    `get ${object} -o 'jsonpath={range .metadata.managedFields[*]}{.operation} {.manager} {.subresource}{"\\n"}{end}' --show-managed-fields`,
  );
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .toSorted();
};
const versionOf = (it: KubectlServer, object: string): Promise<string> => it.out(`get ${object} -o jsonpath={.metadata.resourceVersion}`);

describe.each(stockKubectls(27))('kubectl 1.$minor', (kubectl) => {
  test('goes from client-side apply to server-side apply without a conflict, and takes away what is no longer said', async () => {
    await using it = await kubectlServer(kubectl);
    await it.out('apply -f -', deployment({ replicas: 2, env: 'old' }));
    const first = await it.kubectl('apply --server-side -f -', { input: deployment({ replicas: 3, env: 'new' }) });
    expect([first.code, first.stdout, first.stderr]).toEqual([0, 'deployment.apps/web serverside-applied\n', '']);
    expect((await managers(it, 'deployment/web')).filter((line) => line.includes('kubectl'))).toEqual([
      'Apply kubectl',
      // Its own doing: it keeps the annotation.
      'Apply kubectl-last-applied',
    ]);
    await it.out('apply --server-side -f -', deployment({ replicas: 3 }));
    const container = 'deployment/web -o jsonpath={.spec.replicas},{.spec.template.spec.containers[0].env}';
    expect(await it.out(`get ${container}`)).toBe('3,');
    const before = await versionOf(it, 'deployment/web');
    await it.out('apply --server-side -f -', deployment({ replicas: 3 }));
    // Its controller writes the status; the spec is at rest.
    const generation = await it.out('get deployment/web -o jsonpath={.metadata.generation}');
    await it.out('apply --server-side -f -', deployment({ replicas: 3 }));
    expect([before !== '', await it.out('get deployment/web -o jsonpath={.metadata.generation}')]).toEqual([true, generation]);
    // And back: client-side apply goes on from what the annotation says.
    const back = await it.kubectl('apply -f -', { input: deployment({ replicas: 1 }) });
    expect([back.code, await it.out('get deployment/web -o jsonpath={.spec.replicas}')]).toEqual([0, '1']);
  });

  test('is told whose field it would take, and may take it', async () => {
    await using it = await kubectlServer(kubectl);
    await it.out('apply --server-side --field-manager=alice -f -', deployment({ replicas: 2 }));
    await it.out('scale deployment web --replicas=5');
    const refused = await it.kubectl('apply --server-side --field-manager=alice -f -', { input: deployment({ replicas: 2 }) });
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      1,
      'error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    ]);
    const other = await it.kubectl('apply --server-side --field-manager=bob -f -', { input: deployment({ image: 'httpd' }) });
    expect(other.stderr).toContain('conflict with "alice": .spec.template.spec.containers[name="main"].image');
    await it.out('apply --server-side --field-manager=bob --force-conflicts -f -', deployment({ image: 'httpd' }));
    expect(await it.out('get deployment/web -o jsonpath={.spec.replicas},{.spec.template.spec.containers[0].image}')).toBe('5,httpd');
    const dry = await it.out(
      'apply --server-side --field-manager=bob --dry-run=server -o jsonpath={.spec.replicas} --force-conflicts -f -',
      deployment({ image: 'httpd', replicas: 9 }),
    );
    expect([dry, await it.out('get deployment/web -o jsonpath={.spec.replicas}')]).toEqual(['9', '5']);
  });

  test('shows what would change, by either side', async () => {
    await using it = await kubectlServer(kubectl);
    const without = async (flags: string, input: string) => it.kubectl(`diff ${flags} -f -`, { input });
    await it.out('apply --server-side -f -', configMap('shown', 'a: one'));
    const same = await without('--server-side', configMap('shown', 'a: one'));
    const other = await without('--server-side', configMap('shown', 'a: two'));
    const forced = await without('--server-side --force-conflicts --field-manager=me', configMap('shown', 'b: three'));
    expect([same.code, same.stdout, other.code]).toEqual([0, '', 1]);
    expect(other.stdout).toMatch(/^-\s+a: one$[\s\S]*^\+\s+a: two$/m);
    expect([forced.code, forced.stdout]).toEqual([1, expect.stringMatching(/^\+\s+b: three$/m)]);
    expect(await it.out('get cm shown -o jsonpath={.data.a}')).toBe('one');
  });

  test('edits what is there', async () => {
    await using it = await kubectlServer(kubectl);
    await it.out('create configmap edited --from-literal=a=one');
    const env = { KUBE_EDITOR: 'sed -i s/one/two/' };
    const edited = await it.kubectl('edit configmap edited', { env });
    expect([edited.code, edited.stdout, await it.out('get cm edited -o jsonpath={.data.a}')]).toEqual([
      0,
      'configmap/edited edited\n',
      'two',
    ]);
    expect(await managers(it, 'cm/edited')).toEqual(['Update kubectl-create', 'Update kubectl-edit']);
  });

  test('shows, sets and edits what was applied last', async () => {
    await using it = await kubectlServer(kubectl);
    await it.out('apply -f -', configMap('last', 'a: one'));
    expect(await it.out('apply view-last-applied cm/last -o json')).toMatch(/"a": "one"/);
    const file = await it.file('last.yaml', configMap('last', 'a: two'));
    expect(await it.out(`apply set-last-applied -f ${file}`)).toBe('configmap/last configured\n');
    expect(await it.out('apply view-last-applied cm/last')).toContain('a: two');
    const edited = await it.kubectl('apply edit-last-applied cm/last', { env: { KUBE_EDITOR: 'sed -i s/two/three/' } });
    expect([edited.code, await it.out('apply view-last-applied cm/last')]).toEqual([0, expect.stringContaining('a: three')]);
    expect(await it.out('get cm last -o jsonpath={.data.a}')).toBe('one');
  });

  test('prunes what left its set', async () => {
    await using it = await kubectlServer(kubectl);
    const env = { KUBECTL_APPLYSET: 'true' };
    const apply = (input: string) => it.kubectl('apply --server-side --prune --applyset=mine -n default -f -', { input, env });
    const both = await apply(`${configMap('one', 'a: x')}---\n${configMap('two', 'a: x')}`);
    const one = await apply(configMap('one', 'a: x'));
    expect([both.code, both.stderr, one.code, one.stdout]).toEqual([0, '', 0, 'configmap/one serverside-applied\nconfigmap/two pruned\n']);
    expect((await it.kubectl('get cm two')).code).toBe(1);
    const labelled = (input: string) => it.kubectl('apply --prune -l set=old --prune-allowlist=core/v1/ConfigMap -f -', { input });
    await labelled(`${configMap('three', 'a: x', 'set: old')}---\n${configMap('four', 'a: x', 'set: old')}`);
    const less = await labelled(configMap('three', 'a: x', 'set: old'));
    expect([less.code, less.stdout]).toEqual([0, expect.stringContaining('configmap/four pruned\n')]);
  });

  test('applies custom resources by the list types of their schema', async () => {
    await using it = await kubectlServer(kubectl);
    await it.out('create -f -', definition);
    await it.out('wait --for=condition=Established crd/gates.example.com --timeout=60s');
    const gate = (rules: string, more = ''): string =>
      `apiVersion: example.com/v1\nkind: Gate\nmetadata: { name: a }\nspec: { rules: [${rules}]${more} }\n`;
    await it.out('apply --server-side --field-manager=alice -f -', gate('{ port: 80, allow: true }', ', tags: [p, q], any: { a: 1 }'));
    await it.out(
      'apply --server-side --field-manager=bob -f -',
      gate('{ port: 443, protocol: UDP, allow: false }', ', tags: [z], any: { b: [2] }'),
    );
    const shown = async (): Promise<unknown> => JSON.parse(await it.out('get gate a -o jsonpath={.spec}'));
    expect(await shown()).toEqual({
      rules: [
        { port: 80, protocol: 'TCP', allow: true },
        { port: 443, protocol: 'UDP', allow: false },
      ],
      tags: ['p', 'q', 'z'],
      any: { a: 1, b: [2] },
    });
    await it.out('apply --server-side --field-manager=alice -f -', gate('', ', tags: [q]'));
    expect(await shown()).toEqual({ rules: [{ port: 443, protocol: 'UDP', allow: false }], tags: ['q', 'z'], any: { b: [2] } });
    const conflict = await it.kubectl('apply --server-side --field-manager=carol -f -', {
      input: gate('{ port: 443, protocol: UDP, allow: true }'),
    });
    expect(conflict.stderr).toContain('conflict with "bob": .spec.rules[port=443,protocol="UDP"].allow');
    const unknown = await it.kubectl('apply --server-side --validate=false --field-manager=carol -f -', {
      input: gate('', ', nothing: 1'),
    });
    expect(unknown.stderr).toContain('.spec.nothing: field not declared in schema');
  });
});

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gates.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: gates, singular: gate, kind: Gate }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                rules:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [port, protocol]
                  items:
                    type: object
                    required: [port]
                    properties:
                      port: { type: integer }
                      protocol: { type: string, default: TCP }
                      allow: { type: boolean }
                tags: { type: array, x-kubernetes-list-type: set, items: { type: string } }
                any: { type: object, x-kubernetes-preserve-unknown-fields: true }
`;
