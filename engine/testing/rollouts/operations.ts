/** What a user does to a Deployment while it rolls out, as kubectl sends it. */
import { deployment as deploymentKind } from '../../api/kinds/apps/deployment.ts';
import { replicaSet as replicaSetKind } from '../../api/kinds/apps/replica-set.ts';
import type { ObjectKey } from '../../api/object.ts';
import type { Deployment, PodTemplateSpec } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { controllerOf } from '../../client/owner-references.ts';
import type { Random } from './random.ts';

export interface Operator {
  readonly client: Client;
  readonly key: ObjectKey;
  readonly random: Random;
}
/** Pods of this image never become ready. */
export const brokenImage = 'registry.example/broken';

export function deploymentOf({ key, random }: Operator): Deployment {
  const labels = { app: key.name };
  return {
    metadata: { ...key },
    spec: {
      replicas: random.integer(1, 50),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/web:0' }] } },
      strategy: { type: 'RollingUpdate', rollingUpdate: limits(random) },
      revisionHistoryLimit: random.integer(0, 4),
    },
  };
}
function limits(random: Random) {
  return random.pick([
    { maxSurge: 1, maxUnavailable: 0 },
    { maxSurge: 0, maxUnavailable: 1 },
    { maxSurge: '25%', maxUnavailable: '25%' },
    { maxSurge: '100%', maxUnavailable: 0 },
    { maxSurge: 0, maxUnavailable: '50%' },
    { maxSurge: random.integer(0, 5), maxUnavailable: random.integer(1, 5) },
  ]);
}

type Operation = (operator: Operator) => Promise<unknown>;
const patch = ({ client, key }: Operator, spec: object): Promise<unknown> =>
  client.patch(deploymentKind, key, { type: 'strategic', patch: { spec } });
const main = (content: object) => ({ template: { spec: { containers: [{ name: 'main', ...content }] } } });
const version = (random: Random): string => `registry.example/web:${random.integer(1, 5)}`;

async function undo({ client, key, random }: Operator): Promise<unknown> {
  const deployment = await client.get(deploymentKind, key);
  const { items } = await client.list(replicaSetKind, { namespace: key.namespace ?? '' });
  const templates = items
    .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid)
    .flatMap(({ spec }) => (spec.template ? [withoutHash(spec.template)] : []));
  const [first, ...others] = templates;
  if (!first || deployment.spec.paused) return undefined;
  const value = random.pick([first, ...others]);
  return client.patch(deploymentKind, key, { type: 'json', patch: [{ op: 'replace', path: '/spec/template', value }] });
}
function withoutHash({ metadata = {}, spec }: PodTemplateSpec): PodTemplateSpec {
  const { 'pod-template-hash': _, ...labels } = metadata.labels ?? {};
  return { metadata: { ...metadata, labels }, ...(spec ? { spec } : {}) };
}

const operations: readonly [Operation, ...Operation[]] = [
  (it) => patch(it, main({ image: version(it.random) })),
  (it) => patch(it, main({ image: version(it.random) })),
  (it) => patch(it, main({ image: brokenImage })),
  (it) => patch(it, main({ env: [{ name: 'A', value: String(it.random.integer(1, 3)) }] })),
  (it) => patch(it, { replicas: it.random.integer(1, 50) }),
  (it) => patch(it, { replicas: it.random.integer(1, 50) }),
  (it) => patch(it, { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': String(it.random.next()) } } } }),
  (it) => patch(it, { paused: true }),
  (it) => patch(it, { paused: false }),
  (it) => patch(it, { strategy: { rollingUpdate: limits(it.random) } }),
  undo,
];
export function randomOperation(operator: Operator): Promise<unknown> {
  return operator.random.pick(operations)(operator);
}
/** What brings it to a good end, whatever was done before. */
export function repair(operator: Operator): Promise<unknown> {
  return patch(operator, { paused: false, ...main({ image: 'registry.example/web:last' }) });
}
