/** DaemonSets as a stock kubectl sees them: an API server with the real controllers, the scheduler and three simulated nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockKubectls, tableRows } from '../../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../../testing/kubectl-server.ts';

const manifest = (image: string, more = ''): string => `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: main, image: '${image}' }]${more} }
`;

const patient = { timeout: 15_000, interval: 100 };
const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('DaemonSets by kubectl', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (newest) it = await kubectlServer(newest, { nodes: 3 });
  });
  afterAll(() => it?.[Symbol.asyncDispose]());
  const images = async (): Promise<readonly string[]> =>
    (await it.out("get pods -l app=agent -o jsonpath='{range .items[*]}{.spec.nodeName}={.spec.containers[0].image} {end}'"))
      .trim()
      .split(' ')
      .toSorted();

  test('one pod for each node, told of by status, columns, events and a revision', async () => {
    await it.out('apply -f -', manifest('nginx:1'));
    expect(await it.out('rollout status ds/agent --timeout=30s')).toContain('daemon set "agent" successfully rolled out');
    expect(await images()).toEqual(['node-1=nginx:1', 'node-2=nginx:1', 'node-3=nginx:1']);
    expect(tableRows(await it.out('get ds -o wide'))).toEqual([
      'NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE|CONTAINERS|IMAGES|SELECTOR',
      expect.stringMatching(/^agent\|3\|3\|3\|3\|3\|<none>\|\d+s\|main\|nginx:1\|app=agent$/),
    ]);
    expect(tableRows(await it.out('get controllerrevisions'))).toEqual([
      'NAME|CONTROLLER|REVISION|AGE',
      expect.stringMatching(/^agent-[bcdfghjklmnpqrstvwxz2456789]{10}\|daemonset.apps\/agent\|1\|<age>$/),
    ]);
    const described = await it.out('describe ds agent');
    expect(described).toContain('Annotations:    deprecated.daemonset.template.generation: 1');
    expect(described.match(/SuccessfulCreate .* daemonset-controller +Created pod: agent-[a-z0-9]{5}/g)?.length).toBe(3);
  });

  test('a new image is rolled out, has a history, and is undone', async () => {
    await it.out('set image ds/agent main=nginx:2');
    await it.out('rollout status ds/agent --timeout=30s');
    expect(await images()).toEqual(['node-1=nginx:2', 'node-2=nginx:2', 'node-3=nginx:2']);
    expect(tableRows(await it.out('rollout history ds/agent'))).toEqual([
      'daemonset.apps/agent',
      'REVISION|CHANGE-CAUSE',
      '1|<none>',
      '2|<none>',
    ]);
    expect(await it.out('rollout history ds/agent --revision=1')).toMatch(/Image:\s+nginx:1/);
    expect(await it.out('rollout undo ds/agent')).toBe('daemonset.apps/agent rolled back\n');
    await it.out('rollout status ds/agent --timeout=30s');
    expect(await images()).toEqual(['node-1=nginx:1', 'node-2=nginx:1', 'node-3=nginx:1']);
    expect(tableRows(await it.out('rollout history ds/agent'))).toEqual([
      'daemonset.apps/agent',
      'REVISION|CHANGE-CAUSE',
      '2|<none>',
      '3|<none>',
    ]);
    expect(await it.out('get ds agent -o jsonpath={.spec.template.spec.containers}')).not.toContain('$patch');
  });

  test('rollout restart replaces every pod', async () => {
    const before = await it.out('get pods -l app=agent -o name');
    await it.out('rollout restart ds/agent');
    await it.out('rollout status ds/agent --timeout=30s');
    const after = await it.out('get pods -l app=agent -o name');
    const old = new Set(before.trim().split('\n'));
    expect(
      after
        .trim()
        .split('\n')
        .filter((name) => old.has(name)),
    ).toEqual([]);
  });

  test('a cordoned node keeps its daemon, and is drained of all else', async () => {
    await it.out('create deployment web --image=nginx --replicas=3');
    await it.out('rollout status deploy/web --timeout=30s');
    const { code, stdout } = await it.kubectl('drain node-2 --ignore-daemonsets --timeout=30s');
    expect([code, stdout]).toEqual([0, expect.stringContaining('node/node-2 drained')]);
    await it.out('rollout restart ds/agent');
    await it.out('rollout status ds/agent --timeout=30s');
    expect(await it.out("get pods --field-selector spec.nodeName=node-2 -o jsonpath='{.items[*].metadata.labels.app}'")).toBe('agent');
    await it.out('uncordon node-2');
    await it.out('delete deploy web');
  });

  test('a node selector moves it: only nodes with the label, from the moment they have it', async () => {
    await it.out('label node node-1 role=edge');
    await it.out('apply -f -', manifest('nginx:3', ', nodeSelector: { role: edge }'));
    await it.out('rollout status ds/agent --timeout=30s');
    await expect.poll(images, patient).toEqual(['node-1=nginx:3']);
    await it.out('label node node-3 role=edge');
    await expect.poll(images, patient).toEqual(['node-1=nginx:3', 'node-3=nginx:3']);
    await it.out('label node node-1 role-');
    await expect.poll(images, patient).toEqual(['node-3=nginx:3']);
  });

  test('what is not valid is refused in upstream words', async () => {
    const refusal = async (words: string): Promise<string> => (await it.kubectl(`patch ds agent --type=merge -p '${words}'`)).stderr;
    expect(await refusal('{"spec":{"updateStrategy":{"rollingUpdate":{"maxSurge":1}}}}')).toBe(
      'The DaemonSet "agent" is invalid: spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero\n',
    );
    expect(
      await refusal('{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}'),
    ).toContain('spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable');
  });

  test('cluster-info dump ends well, and has the DaemonSets', async () => {
    const { code, stdout } = await it.kubectl('cluster-info dump');
    expect(code).toBe(0);
    expect(stdout).toContain('"kind": "DaemonSetList"');
  });

  test('is explained, and found by its short name', async () => {
    expect(await it.out('explain ds.spec.updateStrategy.rollingUpdate.maxSurge')).toContain(
      'The maximum number of nodes with an existing available DaemonSet pod',
    );
    expect(tableRows(await it.out('api-resources --api-group apps'))).toEqual([
      'NAME|SHORTNAMES|APIVERSION|NAMESPACED|KIND',
      'controllerrevisions|apps/v1|true|ControllerRevision',
      'daemonsets|ds|apps/v1|true|DaemonSet',
      'deployments|deploy|apps/v1|true|Deployment',
      'replicasets|rs|apps/v1|true|ReplicaSet',
      'statefulsets|sts|apps/v1|true|StatefulSet',
    ]);
  });

  test('its pods and revisions go with it; --cascade=orphan leaves both, and the next of its name adopts them', async () => {
    await it.out(`patch ds agent --type=json -p '[{"op":"remove","path":"/spec/template/metadata/annotations"}]'`);
    await it.out('rollout status ds/agent --timeout=30s');
    const uid = await it.out('get pods -l app=agent -o jsonpath={.items[0].metadata.uid}');
    await it.out('delete ds agent --cascade=orphan');
    expect(tableRows(await it.out('get controllerrevisions --no-headers')).every((row) => row.includes('<none>'))).toBe(true);
    await it.out('apply -f -', manifest('nginx:3', ', nodeSelector: { role: edge }'));
    await it.out('rollout status ds/agent --timeout=30s');
    expect(await it.out('get pods -l app=agent -o jsonpath={.items[*].metadata.uid}')).toBe(uid);
    await it.out('delete ds agent --cascade=foreground');
    expect([await it.kubectl('get pods -o name'), await it.kubectl('get controllerrevisions -o name')].map(({ stdout }) => stdout)).toEqual(
      ['', ''],
    );
  });
});
