/**
 * What each node's Pods name: the objects that the node may read. Kept current by the mirrors of Pods and PersistentVolumes.
 * Upstream: plugin/pkg/auth/authorizer/node/graph.go, which holds every object as a vertex; here a node's Pods are gone through, as they are few.
 */
import type { Live } from '../../api/object.ts';
import { type PodReferences, podReferences } from '../../api/pod-references.ts';
import type { PersistentVolume, Pod } from '../../api/types.gen.ts';

export type ReferencedKind = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'persistentvolumes' | 'serviceaccounts' | 'pods';

interface Place {
  readonly uid: string;
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly references: PodReferences;
  /** All of a Pod that may come to name more. */
  readonly ephemeralContainers: number;
}

const nothing: PodReferences = { serviceAccount: '', secrets: [], configMaps: [], claims: [] };
const maxKnown = 1000;
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export class NodeGraph {
  readonly #pods = new Map<string, Place>();
  readonly #known = new Map<string, PodReferences>();
  /** Node → keys of its Pods. */
  readonly #ofNode = new Map<string, Set<string>>();
  /** PersistentVolume → the claim that it is bound to. */
  readonly #claimOf = new Map<string, { readonly namespace: string; readonly name: string }>();

  /** `key` is the Pod's in the store; undefined: it is gone. */
  setPod(key: string, pod: Live<Pod> | undefined): void {
    const before = this.#pods.get(key);
    const node = pod?.spec.nodeName ?? '';
    const ephemeralContainers = pod?.spec.ephemeralContainers?.length ?? 0;
    const uid = pod?.metadata.uid;
    if (before && before.uid === uid && before.node === node && before.ephemeralContainers === ephemeralContainers) return;
    if (before) this.#remove(key, before.node);
    if (!pod || node === '') return;
    // A node makes its own mirror Pods: they must not give it anything.
    const isMirror = pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
    const references = isMirror ? nothing : this.#shared(podReferences(pod));
    const { namespace = '', name } = pod.metadata;
    this.#pods.set(key, { uid: pod.metadata.uid, node, namespace, name, references, ephemeralContainers });
    const known = this.#ofNode.get(node);
    if (known) known.add(key);
    else this.#ofNode.set(node, new Set([key]));
  }

  setVolume(key: string, volume: Live<PersistentVolume> | undefined): void {
    const name = key.slice(key.lastIndexOf('/') + 1);
    const claim = volume?.spec.claimRef;
    if (claim) this.#claimOf.set(name, { namespace: claim.namespace ?? '', name: claim.name ?? '' });
    else this.#claimOf.delete(name);
  }

  /** Whether some Pod of the node needs this object. */
  leadsTo(node: string, kind: ReferencedKind, namespace: string, name: string): boolean {
    if (kind === 'persistentvolumes') {
      const claim = this.#claimOf.get(name);
      return claim !== undefined && this.leadsTo(node, 'persistentvolumeclaims', claim.namespace, claim.name);
    }
    for (const key of this.#ofNode.get(node) ?? []) {
      const place = this.#pods.get(key);
      if (place?.namespace === namespace && names(place, kind, name)) return true;
    }
    return false;
  }

  /** Pods of one controller name the same: thousands of them hold one value. */
  #shared(references: PodReferences): PodReferences {
    const text = JSON.stringify(references);
    const known = this.#known.get(text);
    if (known) return known;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(text, references);
    return references;
  }

  #remove(key: string, node: string): void {
    this.#pods.delete(key);
    const keys = this.#ofNode.get(node);
    keys?.delete(key);
    if (keys?.size === 0) this.#ofNode.delete(node);
  }
}

function names(place: Place, kind: Exclude<ReferencedKind, 'persistentvolumes'>, name: string): boolean {
  const { references } = place;
  switch (kind) {
    case 'pods':
      return place.name === name;
    case 'serviceaccounts':
      return references.serviceAccount === name;
    case 'secrets':
      return references.secrets.includes(name);
    case 'configmaps':
      return references.configMaps.includes(name);
    case 'persistentvolumeclaims':
      return references.claims.includes(name);
  }
}
