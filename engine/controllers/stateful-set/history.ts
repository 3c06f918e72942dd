/** The templates a StatefulSet had, as ControllerRevisions. Upstream: getStatefulSetRevisions and truncateHistory in pkg/controller/statefulset, pkg/controller/history. */
import { isApiError } from '../../api/errors.ts';
import type { Kind } from '../../api/kind.ts';
import { controllerRevision } from '../../api/kinds/apps/controller-revision.ts';
import { statefulSet as setKind } from '../../api/kinds/apps/stateful-set.ts';
import type { Live } from '../../api/object.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../../api/types.gen.ts';
import type { Client } from '../../client/client.ts';
import { controllerReference } from '../../client/owner-references.ts';
import { sameTemplate, templateHash } from '../template.ts';
import { removeRevision, snapshotOf, templateOf } from '../template-revision.ts';
import { revisionOf } from './plan.ts';

const hashLabel = 'controller.kubernetes.io/hash';
type Revision = Live<ControllerRevision>;

export interface History {
  /** Lowest first. */
  readonly revisions: readonly Revision[];
  /** That of the pods that are not to be updated yet. */
  readonly current: Revision;
  readonly update: Revision;
  readonly collisionCount: number;
}

export async function historyOf(client: Client, set: Live<StatefulSet>, claimed: readonly Revision[]): Promise<History> {
  const revisions = claimed.toSorted((a, b) => a.revision - b.revision);
  const { template } = set.spec;
  const next = (revisions.at(-1)?.revision ?? 0) + 1;
  const same = revisions.filter((one) => sameTemplate(templateOf(one), template)).at(-1);
  const before = set.status?.collisionCount ?? 0;
  const made = same
    ? { revision: await raised(client, same, { revisions, next }), collisionCount: before }
    : await create(client, set, next);
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return { revisions, current: current ?? made.revision, update: made.revision, collisionCount: made.collisionCount };
}

/** Going back to a template makes its revision the newest. */
function raised(
  client: Client,
  same: Revision,
  { revisions, next }: { readonly revisions: readonly Revision[]; readonly next: number },
): Promise<Revision> | Revision {
  return same === revisions.at(-1) ? same : client.update(controllerRevision, { ...same, revision: next });
}

/** Where the name is taken by another template, the next hash is tried. */
async function create(client: Client, set: Live<StatefulSet>, revision: number): Promise<{ revision: Revision; collisionCount: number }> {
  const { namespace, annotations = {} } = set.metadata;
  const { template } = set.spec;
  for (let collisionCount = set.status?.collisionCount ?? 0; ; collisionCount++) {
    const hash = templateHash(template, collisionCount);
    const name = `${set.metadata.name}-${hash}`;
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const metadata = { name, namespace, labels, annotations, ownerReferences: [controllerReference(setKind as unknown as Kind, set)] };
    try {
      return { revision: await client.create(controllerRevision, { metadata, data: snapshotOf(template), revision }), collisionCount };
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
      const found = await client.get(controllerRevision, { namespace, name });
      // Ours, which the cache has not shown yet.
      if (sameTemplate(templateOf(found), template)) return { revision: found, collisionCount };
    }
  }
}

/** Deletes the lowest beyond the limit, but none that a pod was made of. A negative limit keeps all. */
export async function cleanUpHistory(
  client: Client,
  { spec }: StatefulSet,
  { history: { revisions, current, update }, pods }: { readonly history: History; readonly pods: readonly Pod[] },
): Promise<void> {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)]);
  const unused = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const { revisionHistoryLimit: limit = 10 } = spec;
  if (limit < 0) return;
  for (const revision of unused.slice(0, Math.max(0, unused.length - limit))) await removeRevision(client, revision);
}
