/** Real Helms against the API server with the real controllers and simulated nodes behind it: the charts are made here. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HelmRun, runHelm, type StockHelm, stockHelms } from '../testing/helm.ts';
import { stockKubectls } from '../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../testing/kubectl-server.ts';

const helms = stockHelms();
const [three, four] = [helms.find(({ major }) => major === 3), helms.find(({ major }) => major === 4)];
const kubectl = stockKubectls().at(-1);

interface Bench extends AsyncDisposable {
  readonly it: KubectlServer;
  run(helm: StockHelm, ...words: readonly string[]): Promise<HelmRun>;
  /** Only stdout; throws unless Helm ends well. */
  out(helm: StockHelm, ...words: readonly string[]): Promise<string>;
  /** Files of a chart, by path. */
  chart(name: string, files: Readonly<Record<string, string>>): Promise<string>;
}

async function bench(): Promise<Bench> {
  if (!kubectl) throw new Error('there is no kubectl to look with');
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'minato-helm-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const it = stack.use(await kubectlServer(kubectl, { nodes: 1 }));
  const kubeconfig = await it.api.kubeconfig('admin', 'system:masters');
  const run: Bench['run'] = (helm, ...words) => runHelm(helm, words, { kubeconfig, home });
  const running = stack.move();
  return {
    it,
    run,
    async out(helm, ...words) {
      const { code, stdout, stderr } = await run(helm, ...words);
      if (code !== 0) throw new Error(`helm ${words.join(' ')}: exit code ${code}\n${stderr}`);
      return stdout;
    },
    async chart(name, files) {
      const about = { 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`, 'values.yaml': '', ...files };
      for (const [path, content] of Object.entries(about)) {
        const file = join(home, name, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
      return join(home, name);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const releases = async ({ out }: Bench, helm: StockHelm): Promise<unknown> =>
  JSON.parse(await out(helm, 'list', '--output', 'json')).map(({ name, revision, status }: Readonly<Record<string, string>>) => [
    name,
    Number(revision),
    status,
  ]);

const replicas = `apiVersion: apps/v1
kind: Deployment
metadata: { name: {{ .Release.Name }} }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata: { labels: { app: {{ .Release.Name }} } }
    spec: { containers: [{ name: main, image: nginx, ports: [{ containerPort: 80 }] }] }
`;
const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, singular: widget, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer, default: 3 } } } }
`;
const hook = (name: string, when: string, policy: string): string => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  annotations: { helm.sh/hook: ${when}, helm.sh/hook-delete-policy: ${policy} }
data: { at: ${when} }
`;

describe.skipIf(kubectl === undefined).each(helms)('Helm $major', (helm) => {
  test('creates a chart, installs it and waits, upgrades it, goes back, and takes it away', { timeout: 120_000 }, async () => {
    await using here = await bench();
    const { out, it } = here;
    await out(helm, 'create', 'shop');
    await out(helm, 'install', 'web', './shop', '--wait', '--timeout', '60s');
    const ready = 'get deployment web-shop -o jsonpath={.spec.replicas},{.status.readyReplicas}';
    expect([await releases(here, helm), await it.out(ready)]).toEqual([[['web', 1, 'deployed']], '1,1']);
    await out(helm, 'upgrade', 'web', './shop', '--set', 'replicaCount=3,service.port=8080', '--wait', '--timeout', '60s');
    const port = 'get service web-shop -o jsonpath={.spec.ports[*].port}';
    expect([await it.out(ready), await it.out(port)]).toEqual(['3,3', '8080']);
    await out(helm, 'rollback', 'web', '1', '--wait', '--timeout', '60s');
    expect([await releases(here, helm), await it.out(ready), await it.out(port)]).toEqual([[['web', 3, 'deployed']], '1,1', '80']);
    await out(helm, 'uninstall', 'web', '--wait', '--timeout', '60s');
    const left = await it.out('get deployments,services,secrets -l app.kubernetes.io/instance=web -o name');
    expect([await releases(here, helm), left]).toEqual([[], '']);
  });

  test('makes custom resources after their definitions, and runs hooks', { timeout: 120_000 }, async () => {
    await using here = await bench();
    const { out, it, chart } = here;
    const path = await chart('widgets', {
      'crds/widgets.yaml': crd,
      'templates/widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: {{ .Release.Name }} }\nspec: {}\n',
      'templates/before.yaml': hook('before', 'pre-install', 'before-hook-creation'),
      'templates/after.yaml': hook('after', 'post-install', 'hook-succeeded'),
    });
    await out(helm, 'install', 'one', path, '--wait', '--timeout', '60s');
    expect(await it.out('get widget one -o jsonpath={.spec.size}')).toBe('3');
    const maps = await it.out('get configmaps -o name');
    expect([maps.includes('configmap/before'), maps.includes('configmap/after')]).toEqual([true, false]);
    await out(helm, 'uninstall', 'one');
    expect([(await it.kubectl('get widget one')).code, await it.out('get crd widgets.example.com -o name')]).toEqual([
      1,
      'customresourcedefinition.apiextensions.k8s.io/widgets.example.com\n',
    ]);
  });

  test('says what is wrong with a chart, and leaves nothing of an atomic install', { timeout: 120_000 }, async () => {
    await using here = await bench();
    const { run, it, chart } = here;
    const path = await chart('broken', {
      'templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: good }\n',
      'templates/deployment.yaml': replicas,
    });
    const { code, stderr } = await run(helm, 'install', 'bad', path, '--set', 'replicas=-1', '--atomic', '--timeout', '60s');
    expect([code, stderr]).toEqual([1, expect.stringContaining('spec.replicas: Invalid value: -1: must be greater than or equal to 0')]);
    expect([(await it.kubectl('get cm good')).code, await releases(here, helm)]).toEqual([1, []]);
  });
});

describe.skipIf(kubectl === undefined || !four)('Helm 4, which applies on the server', () => {
  test('does not take over what somebody else has set, unless it is told to', { timeout: 120_000 }, async () => {
    await using here = await bench();
    const { run, out, it, chart } = here;
    if (!four) return;
    const path = await chart('app', { 'templates/deployment.yaml': replicas });
    await out(four, 'install', 'app', path, '--set', 'replicas=1', '--wait', '--timeout', '60s');
    await it.out('scale deployment app --replicas=2');
    const refused = await run(four, 'upgrade', 'app', path, '--set', 'replicas=3');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas'),
    ]);
    await out(four, 'upgrade', 'app', path, '--set', 'replicas=3', '--force-conflicts', '--wait', '--timeout', '60s');
    expect(await it.out('get deployment app -o jsonpath={.spec.replicas}')).toBe('3');
  });

  test.skipIf(!three)('goes on with what Helm 3 has installed', { timeout: 120_000 }, async () => {
    await using here = await bench();
    const { out, it, chart } = here;
    if (!three || !four) return;
    const path = await chart('old', { 'templates/deployment.yaml': replicas });
    await out(three, 'install', 'old', path, '--set', 'replicas=1', '--wait', '--timeout', '60s');
    await out(four, 'upgrade', 'old', path, '--set', 'replicas=2', '--wait', '--timeout', '60s');
    expect([await releases(here, four), await it.out('get deployment old -o jsonpath={.spec.replicas}')]).toEqual([
      [['old', 2, 'deployed']],
      '2',
    ]);
    await out(four, 'uninstall', 'old');
    expect((await it.kubectl('get deployment old')).code).toBe(1);
  });
});

test.skipIf(helms.length > 0)('there is no Helm here: `npm test` fetches two on Linux', () => {});
