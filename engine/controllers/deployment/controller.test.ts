import { expect, test } from 'vitest';
import { forbidden } from '../../api/errors.ts';
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Live } from '../../api/object.ts';
import type { Deployment, ReplicaSet } from '../../api/types.gen.ts';
import { type ControllerSandbox, controllerSandbox } from '../../testing/controller-sandbox.ts';
import { replicaSetController } from '../replica-set/controller.ts';
import { deploymentController } from './controller.ts';

const key = { namespace: 'default', name: 'web' };
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } });
const web = (spec: Partial<Deployment['spec']> = {}): Deployment => ({
  metadata: { ...key, annotations: { 'kubernetes.io/change-cause': 'kubectl create' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: template('nginx'),
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    ...spec,
  },
});
const sandbox = () => controllerSandbox([deploymentController, replicaSetController]);
const current = (it: ControllerSandbox) => it.client.get(deploymentKind, key);
const patch = (it: ControllerSandbox, change: object) => it.client.patch(deploymentKind, key, { type: 'merge', patch: change });
async function sets(it: ControllerSandbox): Promise<readonly Live<ReplicaSet>[]> {
  const { items } = await it.client.list(replicaSetKind);
  return items.toSorted((a, b) => revision(a) - revision(b));
}
const revision = ({ metadata }: Live<ReplicaSet>): number => Number(metadata.annotations?.['deployment.kubernetes.io/revision']);
const conditions = ({ status }: Deployment) =>
  (status?.conditions ?? []).map(({ type, status: is, reason }) => `${type} ${is} ${reason}`).toSorted();
/** Lets all pods run until the rollout is over. */
async function rollOut(it: ControllerSandbox): Promise<void> {
  for (let round = 0; round < 50; round++) {
    await it.settle();
    const waiting = (await it.pods()).filter(({ status }) => status?.phase !== 'Running');
    if (waiting.length === 0) return;
    await it.run(waiting.slice(0, 1));
  }
}
const scaling = async (it: ControllerSandbox) =>
  (await it.events()).filter((line) => line.startsWith('ScalingReplicaSet')).map((line) => line.slice(19));

test('a Deployment makes a ReplicaSet with its hash, and tells when it is available', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web());
  await it.settle();
  const [set] = await sets(it);
  const name = set?.metadata.name ?? '';
  expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  const hash = name.slice(4);
  expect(set).toMatchObject({
    metadata: {
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/revision': '1',
        'deployment.kubernetes.io/desired-replicas': '3',
        'deployment.kubernetes.io/max-replicas': '4',
        'kubernetes.io/change-cause': 'kubectl create',
      },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', controller: true, blockOwnerDeletion: true }],
    },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } } },
  });
  expect(conditions(await current(it))).toEqual(['Available False MinimumReplicasUnavailable', 'Progressing True ReplicaSetUpdated']);
  await rollOut(it);
  const ready = await current(it);
  expect(ready.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
  expect(ready.status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 });
  expect(ready.status?.unavailableReplicas).toBeUndefined();
  expect(conditions(ready)).toEqual(['Available True MinimumReplicasAvailable', 'Progressing True NewReplicaSetAvailable']);
  expect(ready.status?.conditions?.map(({ message }) => message).toSorted()).toEqual([
    'Deployment has minimum availability.',
    `ReplicaSet "${name}" has successfully progressed.`,
  ]);
  expect(await scaling(it)).toEqual([`Scaled up replica set ${name} from 0 to 3`]);
  expect(it.errors).toEqual([]);
});

test('an orphan ReplicaSet that fits is adopted and rolled over, with the events the requirements show', async () => {
  await using it = await sandbox();
  const labels = { app: 'web' };
  await it.client.create(replicaSetKind, {
    metadata: { name: 'myapp-rs', namespace: 'default', labels },
    spec: { replicas: 3, selector: { matchLabels: labels }, template: template('old') },
  });
  await it.settle();
  await it.run(await it.pods());
  await it.client.create(deploymentKind, web());
  await rollOut(it);
  const fresh = (await sets(it)).find(({ metadata }) => metadata.name !== 'myapp-rs')?.metadata.name;
  expect(await scaling(it)).toEqual([
    `Scaled up replica set ${fresh} from 0 to 1`,
    'Scaled down replica set myapp-rs from 3 to 2',
    `Scaled up replica set ${fresh} from 1 to 2`,
    'Scaled down replica set myapp-rs from 2 to 1',
    `Scaled up replica set ${fresh} from 2 to 3`,
    'Scaled down replica set myapp-rs from 1 to 0',
  ]);
});

test('a new template rolls out step by step, and undone it gets a new revision and keeps the old one in its history', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web());
  await rollOut(it);
  await patch(it, {
    metadata: { annotations: { 'kubernetes.io/change-cause': 'kubectl set image' } },
    spec: { template: template('nginx:2') },
  });
  await rollOut(it);
  expect(
    (await sets(it)).map((set) => [revision(set), set.spec.replicas, set.metadata.annotations?.['kubernetes.io/change-cause']]),
  ).toEqual([
    [1, 0, 'kubectl create'],
    [2, 3, 'kubectl set image'],
  ]);
  expect((await current(it)).metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  await patch(it, { spec: { template: template('nginx') } });
  await rollOut(it);
  expect(
    (await sets(it)).map((set) => [
      revision(set),
      set.spec.replicas,
      set.metadata.annotations?.['deployment.kubernetes.io/revision-history'],
    ]),
  ).toEqual([
    [2, 0, undefined],
    [3, 3, '1'],
  ]);
  expect(conditions(await current(it))).toEqual(['Available True MinimumReplicasAvailable', 'Progressing True NewReplicaSetAvailable']);
  expect(it.errors).toEqual([]);
});

test('a rollout that does not move is timed out after its deadline, and then nothing waits any more', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web());
  await rollOut(it);
  await patch(it, { spec: { template: template('broken') } });
  await it.settle();
  expect((await current(it)).status).toMatchObject({ replicas: 4, updatedReplicas: 1, availableReplicas: 3, unavailableReplicas: 1 });
  it.clock.advance(599_000);
  await it.settle();
  expect(conditions(await current(it))).toContain('Progressing True ReplicaSetUpdated');
  it.clock.advance(3000);
  await it.settle();
  const late = await current(it);
  expect(conditions(late)).toContain('Progressing False ProgressDeadlineExceeded');
  expect(late.status?.conditions?.find(({ type }) => type === 'Progressing')?.message).toMatch(
    /^ReplicaSet "web-.*" has timed out progressing\.$/,
  );
  expect(it.clock.pending).toBe(0);
});

test('Recreate waits until the last old pod is gone', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web({ strategy: { type: 'Recreate' } }));
  await rollOut(it);
  // On a node, so that they end gracefully: they stay until the kubelet removes them.
  for (const pod of await it.pods()) await it.client.update(podKind, { ...pod, spec: { ...pod.spec, nodeName: 'minato' } });
  await patch(it, { spec: { template: template('nginx:2') } });
  await it.settle();
  expect((await sets(it)).map(({ spec }) => spec.replicas)).toEqual([0]);
  const [first, ...others] = await it.pods();
  expect(first?.metadata.deletionTimestamp).toBeDefined();
  for (const { metadata } of others) await it.client.delete(podKind, metadata, { gracePeriodSeconds: 0 });
  await it.settle();
  expect((await sets(it)).length).toBe(1);
  await it.client.delete(podKind, first?.metadata ?? key, { gracePeriodSeconds: 0 });
  await it.settle();
  expect((await sets(it)).map(({ spec }) => spec.replicas)).toEqual([0, 3]);
});

test('paused, a new template waits; resumed, it rolls out', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web());
  await rollOut(it);
  await patch(it, { spec: { paused: true, template: template('nginx:2') } });
  await it.settle();
  expect(conditions(await current(it))).toEqual(['Available True MinimumReplicasAvailable', 'Progressing Unknown DeploymentPaused']);
  expect((await sets(it)).length).toBe(1);
  await patch(it, { spec: { replicas: 5 } });
  await rollOut(it);
  expect((await sets(it)).map(({ spec }) => spec.replicas)).toEqual([5]);
  expect(it.clock.pending).toBe(0);
  await patch(it, { spec: { paused: false } });
  await rollOut(it);
  expect((await sets(it)).map(({ spec }) => spec.replicas)).toEqual([0, 5]);
});

test('a name that is taken by a stranger makes another hash', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web());
  await it.settle();
  const [first] = await sets(it);
  await it.client.delete(deploymentKind, key);
  const stranger = { ...first?.metadata, ownerReferences: [], labels: {}, uid: undefined, resourceVersion: undefined };
  await it.client.delete(replicaSetKind, first?.metadata ?? key);
  await it.client.create(replicaSetKind, {
    metadata: stranger,
    spec: { replicas: 0, selector: { matchLabels: { x: 'y' } } },
  } as ReplicaSet);
  await it.client.create(deploymentKind, web());
  await it.settle();
  expect((await current(it)).status?.collisionCount).toBe(1);
  expect((await it.client.list(replicaSetKind, { labelSelector: 'app=web' })).items.map(({ spec }) => spec.replicas)).toEqual([3]);
});

test('a ReplicaSet that cannot be created is told, and a failure of its pods is shown', async () => {
  await using it = await sandbox();
  it.client.fault = (call) => {
    if (call.startsWith('create replicasets')) throw forbidden(replicaSetKind, '', 'not today');
  };
  await it.client.create(deploymentKind, web());
  await it.settle();
  expect(conditions(await current(it))).toEqual(['Progressing False ReplicaSetCreateError']);
  it.client.fault = (call) => {
    if (call.startsWith('create pods')) throw forbidden(podKind, '', 'exceeded quota');
  };
  it.clock.advance(1000);
  await it.settle();
  expect(conditions(await current(it))).toContain('ReplicaFailure True FailedCreate');
});

test('an empty selector is refused', async () => {
  await using it = await sandbox();
  await it.client.create(deploymentKind, web({ selector: {} }));
  await it.settle();
  expect(await it.events()).toEqual(['SelectingAll: This deployment is selecting all pods. A non-empty selector is required.']);
  expect((await current(it)).status).toEqual({ observedGeneration: 1 });
});
