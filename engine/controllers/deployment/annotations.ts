/** What a Deployment notes on its ReplicaSets, and what `kubectl rollout history` reads there. Upstream: SetNewReplicaSetAnnotations and SetReplicasAnnotations. */
import type { Deployment, ReplicaSet } from '../../api/types.gen.ts';
import { maxSurge, wanted } from './replica-sets.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';
/** The controller's own notes, and what belongs to one object only. */
const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);
const maxHistoryLength = 2000;

/** A revision has 64 bits, which a number does not hold. */
export function revisionOf({ metadata }: ReplicaSet): bigint {
  const text = metadata.annotations?.[revisionAnnotation] ?? '';
  return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}
export function numberNoted({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation];
  const number = Number(text);
  return text === undefined || !Number.isInteger(number) ? undefined : number;
}

/** With the Deployment's annotations (among them the change cause) and at least this revision; the same object when nothing changes. */
export function annotated(set: ReplicaSet, deployment: Deployment, revision: bigint): ReplicaSet {
  const before = set.metadata.annotations ?? {};
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  const annotations = { ...before, ...Object.fromEntries(copied), ...revised(before, revision) };
  const isSame = Object.entries(annotations).every(([key, value]) => before[key] === value);
  return isSame ? set : { ...set, metadata: { ...set.metadata, annotations } };
}
/** A set that gets a new revision after it had one already is rolled back to: the revisions it had are kept. */
function revised(before: Readonly<Record<string, string>>, revision: bigint): Readonly<Record<string, string>> {
  const text = before[revisionAnnotation];
  if (text !== undefined && text !== '' && !/^\d+$/.test(text)) return {};
  if (BigInt(text ?? 0) >= revision) return {};
  const next = { [revisionAnnotation]: String(revision) };
  if (!text) return next;
  const history = [...(before[historyAnnotation] ?? '').split(',').filter((entry) => entry !== ''), text];
  while (history.join(',').length > maxHistoryLength) history.shift();
  return { ...next, [historyAnnotation]: history.join(',') };
}

/** With this size, and the size the Deployment had then: what scaling in the middle of a rollout measures proportions by. */
export function resized(set: ReplicaSet, deployment: Deployment, replicas: number): ReplicaSet {
  const notes = { [desiredAnnotation]: String(wanted(deployment)), [maxAnnotation]: String(wanted(deployment) + maxSurge(deployment)) };
  const isNoted = Object.entries(notes).every(([name, note]) => set.metadata.annotations?.[name] === note);
  if (isNoted && set.spec.replicas === replicas) return set;
  const annotations = { ...set.metadata.annotations, ...notes };
  return { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
}
