/** What holds for every object, however little of it is there: no exception, one judge, and a map that agrees with the badge. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../api/object.ts';
import type { Node, Pod, Service } from '../api/types.gen.ts';
import { catalogue } from './catalogue.ts';
import { explain, explainFailure } from './explain.ts';
import { containerMessages, logMessages } from './fixtures/container.ts';
import { imageMessages } from './fixtures/image.ts';
import { scheduleMessages } from './fixtures/schedule.ts';
import { explainNode } from './node.ts';
import { explainPod } from './pod.ts';
import type { Related } from './related.ts';
import { explainService } from './service.ts';

const messages = [imageMessages, containerMessages, logMessages, scheduleMessages].flatMap((record) => Object.values(record).flat());
const text = fc.oneof(fc.constantFrom(...messages.map((said) => said.text)), fc.string({ maxLength: 12 }));
const word = fc.constantFrom('web', 'db', 'http', '');
const time = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z');
const bool = fc.constantFrom('True', 'False', 'Unknown');
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), word, { maxKeys: 2 });
/** Any of the fields may be missing. */
const partial = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(fields, { requiredKeys: [] });
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });

const state = partial({
  waiting: partial({
    reason: fc.constantFrom('', 'ContainerCreating', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'RunContainerError', 'Other'),
    message: text,
  }),
  terminated: partial({
    exitCode: fc.constantFrom(0, 1, 137),
    reason: fc.constantFrom('OOMKilled', 'Error', ''),
    message: text,
    finishedAt: time,
  }),
  running: partial({ startedAt: time }),
});
const status = partial({ name: word, image: word, ready: fc.boolean(), restartCount: fc.nat(9), state, lastState: state });
const condition = partial({
  type: fc.constantFrom('Ready', 'PodScheduled', 'Available', 'Progressing', 'DiskPressure'),
  status: bool,
  reason: word,
  message: text,
  lastTransitionTime: time,
});
const container = partial({
  name: word,
  image: word,
  restartPolicy: fc.constant('Always'),
  ports: some(partial({ name: word, containerPort: fc.nat(99) })),
});
const metadata = partial({ name: word, namespace: word, uid: word, labels, deletionTimestamp: time });
const events = some(
  partial({
    type: fc.constantFrom('Normal', 'Warning'),
    reason: fc.constantFrom('FailedMount', 'NodeNotReady', 'Failed'),
    message: text,
    lastTimestamp: time,
    count: fc.nat(9),
    involvedObject: partial({ uid: word }),
  }),
);
const pod = partial({
  kind: fc.constant('Pod'),
  metadata,
  spec: partial({ nodeName: word, containers: some(container), initContainers: some(container) }),
  status: partial({
    phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded', 'Unknown', ''),
    reason: fc.constantFrom('Evicted', 'NodeLost', ''),
    message: text,
    conditions: some(condition),
    containerStatuses: some(status),
    initContainerStatuses: some(status),
  }),
});
const service = partial({
  kind: fc.constant('Service'),
  metadata,
  spec: partial({
    type: fc.constantFrom('ClusterIP', 'NodePort', 'ExternalName'),
    selector: labels,
    externalName: word,
    ports: some(partial({ port: fc.nat(99), nodePort: fc.constantFrom(1, 2), targetPort: fc.oneof(word, fc.nat(99)) })),
  }),
});
const node = partial({
  kind: fc.constant('Node'),
  metadata,
  spec: partial({ unschedulable: fc.boolean() }),
  status: partial({ conditions: some(condition) }),
});
const counts = partial({ replicas: fc.nat(3), updatedReplicas: fc.nat(3), availableReplicas: fc.nat(3), conditions: some(condition) });
const workload = partial({
  kind: fc.constantFrom('Deployment', 'ReplicaSet'),
  metadata,
  spec: partial({ replicas: fc.nat(3), paused: fc.boolean() }),
  status: counts,
});
const related = partial({
  events,
  pods: some(pod),
  log: some(text),
  endpointSlices: some(partial({ endpoints: some(partial({ addresses: some(word), conditions: partial({ ready: fc.boolean() }) })) })),
  workloads: some(fc.record({ name: word, replicas: fc.nat(2), labels })),
  hostPorts: some(
    fc.record(
      {
        nodePort: fc.constantFrom(1, 2),
        preferredHostPort: fc.nat(9),
        hostPort: fc.nat(9),
        state: fc.constantFrom('listening', 'substituted', 'unsupported', 'failed'),
        reason: word,
        probe: partial({ ok: fc.boolean(), message: word }),
      },
      { requiredKeys: ['nodePort', 'preferredHostPort', 'state'] },
    ),
  ),
});
const anything = fc.oneof(pod, service, node, workload, partial({ kind: word, metadata }));
// What is generated lacks required fields on purpose.
const asObject = (value: unknown): KubeObject => value as KubeObject;
const asRelated = (value: unknown): Related => value as Related;

describe('explain', () => {
  it('answers with an entry of the catalogue for whatever it is given', () => {
    fc.assert(
      fc.property(anything, related, (object, beside) => {
        const { cause, level, fixes } = explain(asObject(object), asRelated(beside));
        const known = catalogue.find(({ id }) => id === cause);
        expect({ level, fixes }).toEqual({ level: known?.level, fixes: known?.fixes });
      }),
      { numRuns: 3000 },
    );
  });

  it('is the one judge: whoever asks for a kind directly hears the same', () => {
    fc.assert(
      fc.property(pod, service, node, related, (aPod, aService, aNode, given) => {
        const beside = asRelated(given);
        const [p, s, n] = [
          { ...aPod, kind: 'Pod' },
          { ...aService, kind: 'Service' },
          { ...aNode, kind: 'Node' },
        ].map(asObject);
        expect([p, s, n].map((object) => explain(asObject(object), beside))).toEqual([
          explainPod(p as Pod, beside),
          explainService(s as Service, beside),
          explainNode(n as Node),
        ]);
      }),
    );
  });

  it('marks a broken hop on the map whenever the badge says error, and none when it says ok', () => {
    fc.assert(
      fc.property(service, related, (object, beside) => {
        const { level, brokenHop } = explainService(object as unknown as Service, asRelated(beside));
        if (level === 'error') expect(brokenHop).toBeDefined();
        if (level === 'ok') expect(brokenHop).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('never changes what it is given', () => {
    fc.assert(
      fc.property(anything, related, (object, beside) => {
        const before = JSON.stringify([object, beside]);
        explain(asObject(object), asRelated(beside));
        expect(JSON.stringify([object, beside])).toBe(before);
      }),
    );
  });

  it('takes a code it does not know for a fault of ours, with what was said', () => {
    expect(explainFailure({ code: 'disconnected', params: {}, message: 'gone' })).toMatchObject({
      cause: 'internal',
      evidence: [{ text: 'gone' }],
    });
  });
});
