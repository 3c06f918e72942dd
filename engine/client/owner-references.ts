/**
 * Who controls an object, and how a controller takes over what its selector wants and lets go of what it no longer wants.
 * Upstream: metav1.GetControllerOf and pkg/controller/controller_ref_manager.go.
 */
import { isApiError } from '../api/errors.ts';
import { apiVersionOf, type Kind } from '../api/kind.ts';
import type { KubeObject, Live } from '../api/object.ts';
import { matchesLabels, type Selector } from '../api/selector.ts';
import type { OwnerReference } from '../api/types.gen.ts';
import type { Client } from './client.ts';

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}
/** The reference that says: this one controls. */
export function controllerReference(kind: Kind, owner: Live<KubeObject>): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export interface ClaimOptions<O extends KubeObject, T extends KubeObject> {
  readonly client: Client;
  readonly ownerKind: Kind<O>;
  readonly owner: Live<O>;
  readonly kind: Kind<T>;
  readonly selector: Selector;
  /** What the owner controls and what nobody controls, all of the owner's namespace; others are left alone. */
  readonly candidates: readonly Live<T>[];
}

/** What belongs to the owner once it has adopted the orphans it selects and released what it no longer selects. */
export async function claim<O extends KubeObject, T extends KubeObject>(options: ClaimOptions<O, T>): Promise<readonly Live<T>[]> {
  const { owner, selector, candidates } = options;
  const isDeleting = owner.metadata.deletionTimestamp !== undefined;
  const mine: Live<T>[] = [];
  const orphans: Live<T>[] = [];
  for (const object of candidates) {
    const controller = controllerOf(object);
    const isWanted = matchesLabels(selector, object.metadata.labels);
    if (controller && controller.uid !== owner.metadata.uid) continue;
    if (controller && isWanted) mine.push(object);
    else if (isDeleting) continue;
    else if (controller) await release(options, object);
    else if (isWanted && object.metadata.deletionTimestamp === undefined) orphans.push(object);
  }
  if (orphans.length > 0) await checkStillThere(options);
  for (const orphan of orphans) if (await adopt(options, orphan)) mine.push(orphan);
  return mine;
}

/** The cache may be behind: what is being deleted must not adopt, or its dependents would be deleted with it. */
async function checkStillThere<O extends KubeObject, T extends KubeObject>({
  client,
  ownerKind,
  owner,
}: ClaimOptions<O, T>): Promise<void> {
  const { namespace, name, uid } = owner.metadata;
  const fresh = await client.get(ownerKind, { namespace, name });
  if (fresh.metadata.uid !== uid)
    throw new Error(`original ${ownerKind.kind} ${namespace}/${name} is gone: got uid ${fresh.metadata.uid}, wanted ${uid}`);
  const deletedAt = fresh.metadata.deletionTimestamp;
  if (deletedAt !== undefined) throw new Error(`${namespace}/${name} has just been deleted at ${deletedAt}`);
}

async function adopt<O extends KubeObject, T extends KubeObject>(options: ClaimOptions<O, T>, object: Live<T>): Promise<boolean> {
  const { client, ownerKind, owner, kind } = options;
  const reference = controllerReference(ownerKind as unknown as Kind, owner);
  const patch = { metadata: { ownerReferences: [reference], uid: object.metadata.uid } };
  return isStillThere(() => client.patch(kind, object.metadata, { type: 'strategic', patch }));
}

async function release<O extends KubeObject, T extends KubeObject>(options: ClaimOptions<O, T>, object: Live<T>): Promise<void> {
  const { client, owner, kind } = options;
  const patch = { metadata: { ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }], uid: object.metadata.uid } };
  await isStillThere(() => client.patch(kind, object.metadata, { type: 'strategic', patch }));
}

/** False when the object is gone, or another has taken its name (the patch names the uid, so that one is refused as invalid or as a conflict). */
async function isStillThere(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (isApiError(error, 'NotFound') || isApiError(error, 'Invalid') || isApiError(error, 'Conflict')) return false;
    throw error;
  }
}
