import { describe, expect, it } from 'vitest';
import type { KubeObject, Live } from '../../engine/api/object.ts';
import type { Container, Deployment, Pod } from '../../engine/api/types.gen.ts';
import { containerFacts, containerViews, envViews, mountViews, probeText, stateView } from './container-facts.ts';
import { objectFacts, selectorText } from './object-facts.ts';

const meta = { name: 'web', namespace: 'demo', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const told = (object: KubeObject) => objectFacts(object as Live<KubeObject>).map(({ name, value }) => `${name}: ${value}`);

describe('what describe says', () => {
  it('of a Deployment', () => {
    const deployment: Deployment = {
      kind: 'Deployment',
      metadata: meta,
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: {},
      },
      status: { replicas: 3, updatedReplicas: 1, availableReplicas: 2, unavailableReplicas: 1 },
    };
    expect(told(deployment)).toEqual([
      'Replicas: 3 desired | 1 updated | 3 total | 2 available | 1 unavailable',
      'Selector: app=web,tier in (a,b)',
      'StrategyType: RollingUpdate',
      'RollingUpdateStrategy: 25% max unavailable, 25% max surge',
    ]);
  });
  it('of a Pod, with the way to its node and to who controls it', () => {
    const pod: Pod = {
      kind: 'Pod',
      metadata: { ...meta, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'r', controller: true }] },
      spec: {
        nodeName: 'n1',
        containers: [],
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
      },
      status: { podIP: '10.0.0.2' },
    };
    expect(told(pod)).toEqual([
      'Node: n1',
      'IP: 10.0.0.2',
      'Tolerations: node.kubernetes.io/not-ready:NoExecute op=Exists for 300s',
      'Controlled By: ReplicaSet/web-1',
    ]);
    const places = objectFacts(pod as Live<Pod>).flatMap(({ place }) => place ?? []);
    expect(places).toEqual([
      { plural: 'nodes', name: 'n1' },
      { plural: 'replicasets', namespace: 'demo', name: 'web-1' },
    ]);
  });
  it('of a kind without words of its own: only who controls it', () => {
    expect(told({ kind: 'ConfigMap', metadata: meta })).toEqual([]);
  });
  it('of an empty selector', () => {
    expect(selectorText({})).toBe('<none>');
  });
});

describe('containers', () => {
  const container: Container = {
    name: 'c',
    image: 'nginx',
    command: ['sh', '-c', 'echo "a b"'],
    ports: [
      { containerPort: 80, name: 'http' },
      { containerPort: 53, protocol: 'UDP' },
    ],
    env: [
      { name: 'A', value: 'b' },
      { name: 'S', valueFrom: { secretKeyRef: { name: 'pw', key: 'k' } } },
      { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    envFrom: [{ configMapRef: { name: 'all' }, prefix: 'X_' }],
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'conf', mountPath: '/etc/x', readOnly: true, subPath: 'x.conf' },
    ],
    readinessProbe: { httpGet: { port: 80, path: '/ready' }, periodSeconds: 5 },
  };
  it('are told with their command, ports and probes', () => {
    const [view] = containerViews({ containers: [container] });
    expect(view && containerFacts(view)).toEqual([
      { name: 'Image', value: 'nginx' },
      { name: 'Ports', value: '80/TCP (http), 53/UDP' },
      { name: 'Command', value: String.raw`"sh" "-c" "echo \"a b\""` },
      { name: 'Readiness', value: 'http-get http://:80/ready delay=0s timeout=1s period=5s #success=1 #failure=3' },
    ]);
  });
  it('name where their variables come from', () => {
    expect(envViews(container).map(({ name, value }) => [name, value])).toEqual([
      ['A', 'b'],
      ['S', "<set to the key 'k' in secret 'pw'>"],
      ['IP', '(v1:status.podIP)'],
      ['X_*', 'ConfigMap all'],
    ]);
  });
  it('name what is mounted', () => {
    expect(
      mountViews(container, [
        { name: 'data', emptyDir: {} },
        { name: 'conf', configMap: { name: 'web' } },
      ]),
    ).toEqual([
      { path: '/data', from: 'data (rw)', volume: 'EmptyDir' },
      { path: '/etc/x', from: 'conf (ro,path="x.conf")', volume: 'ConfigMap web' },
    ]);
  });
  it.each([
    [{ running: { startedAt: 't' } }, 'ok', 'Running', undefined],
    [{ waiting: { reason: 'ContainerCreating' } }, 'info', 'Waiting', undefined],
    [{ waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } }, 'error', 'Waiting', undefined],
    [{ terminated: { exitCode: 0, reason: 'Completed' } }, 'ok', 'Terminated', 0],
    [{ terminated: { exitCode: 137, signal: 9 } }, 'error', 'Terminated', 137],
  ])('are in a state: %o', (state, level, word, exitCode) => {
    expect(stateView(state)).toMatchObject({ level, word, exitCode });
  });
  it('in no state yet say nothing', () => {
    expect(stateView(undefined)).toBeUndefined();
    expect(stateView({})).toBeUndefined();
  });
  it.each([
    [{ exec: { command: ['cat', '/x'] } }, 'exec [cat /x] delay=0s'],
    [{ tcpSocket: { port: 6379 } }, 'tcp-socket :6379 delay=0s'],
    [{ grpc: { port: 9 } }, 'grpc <pod>:9 delay=0s'],
  ])('are probed by %o', (probe, start) => {
    expect(probeText(probe)).toContain(start);
  });
});
