/** The templates a DaemonSet had, as ControllerRevisions. Upstream: constructHistory, snapshot and cleanupHistory in pkg/controller/daemon/update.go. */

import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import { controllerRevision } from '../../api/kinds/apps/controller-revision.ts';
import { daemonSet } from '../../api/kinds/apps/daemon-set.ts';
import { pod as podKind } from '../../api/kinds/core/pod.ts';
import type { Live } from '../../api/object.ts';
import type { ControllerRevision, DaemonSet, Pod } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { sameTemplate, templateHash } from '../template.ts';
import { removeRevision, snapshotOf, templateOf } from '../template-revision.ts';
import { hashLabel } from './placement.ts';

const noCounts = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
type Revision = Live<ControllerRevision>;
export interface History {
  readonly current: Revision;
  /** Lowest revision first. */
  readonly old: readonly Revision[];
}
export interface HistoryOptions {
  readonly client: Client;
  readonly set: Live<DaemonSet>;
  /** Claimed. */
  readonly revisions: readonly Revision[];
  readonly pods: readonly Live<Pod>[];
}

/** Throws where the name is taken by another template; the next round makes another hash. */
export async function constructHistory(options: HistoryOptions): Promise<History> {
  const { client, set } = options;
  const labelled = await Promise.all(options.revisions.map((revision) => withHash(client, revision)));
  const same = labelled.filter((revision) => sameTemplate(templateOf(revision), set.spec.template));
  const old = labelled.filter((revision) => !same.includes(revision)).toSorted((a, b) => a.revision - b.revision);
  const number = (old.at(-1)?.revision ?? 0) + 1;
  const found = await onlyOne(options, same);
  if (!found) return { current: await snapshot(client, set, number), old };
  const current = found.revision < number ? await client.update(controllerRevision, { ...found, revision: number }) : found;
  return { current, old };
}

/** One from before there was the label goes by its name. */
async function withHash(client: Client, revision: Revision): Promise<Revision> {
  const { labels = {}, name } = revision.metadata;
  if (labels[hashLabel] !== undefined) return revision;
  const metadata = { ...revision.metadata, labels: { ...labels, [hashLabel]: name } };
  return client.update(controllerRevision, { ...revision, metadata });
}

/** The highest; pods of the others become its own, then the others go. */
async function onlyOne({ client, pods }: HistoryOptions, same: readonly Revision[]): Promise<Revision | undefined> {
  const kept = same.toSorted((a, b) => a.revision - b.revision).at(-1);
  if (!kept || same.length === 1) return kept;
  const hash = kept.metadata.labels?.[hashLabel];
  for (const { metadata } of pods)
    if (metadata.labels?.[hashLabel] !== hash)
      await client.patch(podKind, metadata, { type: 'merge', patch: { metadata: { labels: { [hashLabel]: hash } } } });
  for (const revision of same) if (revision !== kept) await removeRevision(client, revision);
  return kept;
}

async function snapshot(client: Client, set: Live<DaemonSet>, revision: number): Promise<Revision> {
  const { namespace, annotations = {} } = set.metadata;
  const hash = templateHash(set.spec.template, set.status?.collisionCount);
  const name = `${set.metadata.name}-${hash}`;
  const labels = { ...set.spec.template.metadata?.labels, [hashLabel]: hash };
  const ownerReferences = [controllerReference(daemonSet as unknown as Kind, set)];
  const metadata = { name, namespace, labels, annotations, ownerReferences };
  try {
    return await client.create(controllerRevision, { metadata, data: snapshotOf(set.spec.template), revision });
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
    const found = await client.get(controllerRevision, { namespace, name });
    // Ours, which the cache has not shown yet.
    if (sameTemplate(templateOf(found), set.spec.template)) return found;
    await countCollision(client, set);
    throw error;
  }
}
async function countCollision(client: Client, set: Live<DaemonSet>): Promise<void> {
  const fresh = await client.get(daemonSet, set.metadata);
  // Another name has been tried meanwhile, or will be when the cache shows it.
  if (fresh.status?.collisionCount !== set.status?.collisionCount) return;
  const status = { ...noCounts, ...fresh.status, collisionCount: (fresh.status?.collisionCount ?? 0) + 1 };
  await client.update(daemonSet, { ...fresh, status }, { subresource: 'status' });
}

/** Deletes the lowest revisions beyond the limit, but none that a pod was made of. */
export async function cleanUpHistory({ client, set, pods }: HistoryOptions, { old }: History): Promise<void> {
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[hashLabel]));
  const surplus = old.length - (set.spec.revisionHistoryLimit ?? 10);
  const unused = old.filter(({ metadata }) => !live.has(metadata.labels?.[hashLabel]));
  for (const revision of unused.slice(0, Math.max(0, surplus))) await removeRevision(client, revision);
}
