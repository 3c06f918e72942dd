/** StatefulSets as a stock kubectl sees them: an API server with the real controllers, the scheduler and three simulated nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stockKubectls, tableRows } from '../../testing/kubectl.ts';
import { type KubectlServer, kubectlServer } from '../../testing/kubectl-server.ts';

const manifest = (image: string, more = ''): string => `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: nginx
  replicas: 3
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers: [{ name: nginx, image: '${image}', volumeMounts: [{ name: www, mountPath: /data }] }]
  volumeClaimTemplates:
    - metadata: { name: www }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
${more}`;

/** As every cluster has it. */
const storageClass = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: 'true' } }
provisioner: minato.dev/hostpath
volumeBindingMode: Immediate
`;

const patient = { timeout: 15_000, interval: 100 };
const newest = stockKubectls().at(-1);
describe.skipIf(newest === undefined)('StatefulSets by kubectl', () => {
  let it: KubectlServer;
  beforeAll(async () => {
    if (!newest) return;
    it = await kubectlServer(newest, { nodes: 3 });
    await it.out('apply -f -', storageClass);
  });
  afterAll(() => it?.[Symbol.asyncDispose]());
  const lines = async (command: string): Promise<readonly string[]> =>
    (await it.out(command))
      .trim()
      .split('\n')
      .filter((line) => line !== '');
  const images = () =>
    lines(`get pods -l app=nginx -o jsonpath='{range .items[*]}{.metadata.name}={.spec.containers[0].image}{"\\n"}{end}'`);
  const claims = () => lines('get pvc -o name');
  const rolledOut = () => it.out('rollout status sts/web --timeout=30s');

  test('its pods come one after the other, each with its name, its number and its claim', async () => {
    expect(await it.out('apply -f -', manifest('nginx:1'))).toBe('statefulset.apps/web created\n');
    expect((await rolledOut()).split('\n').at(-2)).toMatch(/^partitioned roll out complete: 3 new pods have been updated\.\.\.$/);
    expect(tableRows(await it.out('get sts -o wide'))).toEqual(
      ['NAME|READY|AGE|CONTAINERS|IMAGES', 'web|3/3|<age>|nginx|nginx:1'].map((row) =>
        expect.stringMatching(row.replace('<age>', '\\d+s').replaceAll('|', '\\|')),
      ),
    );
    expect(await images()).toEqual(['web-0=nginx:1', 'web-1=nginx:1', 'web-2=nginx:1']);
    expect(await claims()).toEqual(['www-web-0', 'www-web-1', 'www-web-2'].map((name) => `persistentvolumeclaim/${name}`));
    const pod = JSON.parse(await it.out('get pod web-1 -o json'));
    expect(pod.metadata.labels).toMatchObject({
      app: 'nginx',
      'apps.kubernetes.io/pod-index': '1',
      'statefulset.kubernetes.io/pod-name': 'web-1',
      'controller-revision-hash': expect.stringMatching(/^web-[a-z0-9]{10}$/),
    });
    expect(pod.spec).toMatchObject({ hostname: 'web-1', subdomain: 'nginx' });
    expect(pod.spec.volumes[0]).toEqual({ name: 'www', persistentVolumeClaim: { claimName: 'www-web-1' } });
    const created = await lines(`get pods -l app=nginx --sort-by=.metadata.creationTimestamp -o name`);
    expect(created).toEqual(['pod/web-0', 'pod/web-1', 'pod/web-2']);
    const events = await it.out('describe sts web');
    for (const message of ['create Claim www-web-0 Pod web-0 in StatefulSet web success', 'create Pod web-2 in StatefulSet web successful'])
      expect(events).toContain(message);
  });

  test('it is scaled by kubectl: the highest go first, and their claims stay', async () => {
    expect(await it.out('scale sts/web --replicas=1')).toBe('statefulset.apps/web scaled\n');
    await expect.poll(images, patient).toEqual(['web-0=nginx:1']);
    expect((await claims()).length).toBe(3);
    const before = await it.out("get pvc www-web-2 -o jsonpath='{.metadata.uid}'");
    await it.out('scale sts/web --replicas=3');
    await rolledOut();
    expect(await it.out("get pvc www-web-2 -o jsonpath='{.metadata.uid}'")).toBe(before);
    expect(tableRows(await it.out('get --raw /apis/apps/v1/namespaces/default/statefulsets/web/scale')).join()).toContain(
      '"selector":"app=nginx"',
    );
  });

  test('an update goes from the highest down to the partition; undo brings the old template back', async () => {
    await it.out(`patch sts web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}'`);
    expect(await it.out('set image sts/web nginx=nginx:2')).toBe('statefulset.apps/web image updated\n');
    await expect.poll(images, patient).toEqual(['web-0=nginx:1', 'web-1=nginx:2', 'web-2=nginx:2']);
    // One below the partition that goes comes back as it was.
    await it.out('delete pod web-0');
    await expect.poll(images, patient).toEqual(['web-0=nginx:1', 'web-1=nginx:2', 'web-2=nginx:2']);
    await it.out(`patch sts web -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'`);
    await expect.poll(images, patient).toEqual(['web-0=nginx:2', 'web-1=nginx:2', 'web-2=nginx:2']);
    await rolledOut();
    expect(tableRows(await it.out('rollout history sts/web'))).toEqual([
      'statefulset.apps/web',
      'REVISION|CHANGE-CAUSE',
      '1|<none>',
      '2|<none>',
    ]);
    expect(await it.out('rollout undo sts/web')).toBe('statefulset.apps/web rolled back\n');
    await expect.poll(images, patient).toEqual(['web-0=nginx:1', 'web-1=nginx:1', 'web-2=nginx:1']);
    await rolledOut();
    const status = JSON.parse(await it.out('get sts web -o json')).status;
    expect(status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      collisionCount: 0,
    });
    expect(status.currentRevision).toBe(status.updateRevision);
    expect(await it.out('rollout restart sts/web')).toBe('statefulset.apps/web restarted\n');
    await rolledOut();
    expect(tableRows(await it.out('rollout history sts/web')).slice(-2)).toEqual(['3|<none>', '4|<none>']);
  });

  test('what cannot change is refused in upstream’s words; a pod that was deleted comes back under its name', async () => {
    const { stderr } = await it.kubectl(`patch sts web -p '{"spec":{"serviceName":"other"}}'`);
    expect(stderr).toContain(
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
    const uid = () => it.out("get pod web-1 --ignore-not-found -o jsonpath='{.metadata.uid}'");
    const before = await uid();
    await it.out('delete pod web-1 --wait=false');
    await expect.poll(async () => ![before, ''].includes(await uid()), patient).toBe(true);
  });

  test('claims go with the set, or with the pods that are scaled away, where the policy says so', async () => {
    await it.out(`patch sts web -p '{"spec":{"persistentVolumeClaimRetentionPolicy":{"whenScaled":"Delete","whenDeleted":"Delete"}}}'`);
    const owners = () => lines(`get pvc -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.ownerReferences[*].kind}{"\\n"}{end}'`);
    await expect.poll(owners, patient).toEqual(['www-web-0 StatefulSet', 'www-web-1 StatefulSet', 'www-web-2 StatefulSet']);
    await it.out('scale sts/web --replicas=2');
    await expect.poll(claims, patient).toEqual(['persistentvolumeclaim/www-web-0', 'persistentvolumeclaim/www-web-1']);
    await it.out('scale sts/web --replicas=3');
    await rolledOut();
    expect((await claims()).length).toBe(3);
    await it.out('delete sts web');
    await expect.poll(claims, patient).toEqual([]);
    await expect.poll(images, patient).toEqual([]);
    expect(await lines('get controllerrevisions -o name')).toEqual([]);
  });

  test('Parallel makes all at once, from its start ordinal on; OnDelete updates only what is deleted', async () => {
    const parallel = manifest(
      'nginx:1',
      '  podManagementPolicy: Parallel\n  ordinals: { start: 5 }\n  updateStrategy: { type: OnDelete }\n',
    );
    await it.out('apply -f -', parallel);
    await expect.poll(images, patient).toEqual(['web-5=nginx:1', 'web-6=nginx:1', 'web-7=nginx:1']);
    await it.out('set image sts/web nginx=nginx:2');
    await it.out('delete pod web-6');
    await expect.poll(images, patient).toEqual(['web-5=nginx:1', 'web-6=nginx:2', 'web-7=nginx:1']);
    await it.out('scale sts/web --replicas=0');
    await expect.poll(images, patient).toEqual([]);
  });
});
