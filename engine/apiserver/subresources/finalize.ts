/** Takes finalizers off a Namespace's spec; the last one lets it go. Upstream: pkg/registry/core/namespace/storage (FinalizeREST). */
import type { KubeObject } from '../../api/object.ts';
import type { Namespace } from '../../api/types.gen.ts';
import { decodeCall, named, type Subresource } from '../call.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import { managerOf } from '../managed-kinds.ts';
import type { LiveObject } from '../resource.ts';
import { update } from '../verbs/update.ts';

export const finalize: Subresource = {
  name: 'finalize',
  isPartOf: ({ group, plural }) => group === '' && plural === 'namespaces',
  verbs: {
    async update(context, call) {
      const { target, caller, parameters } = call;
      const namespace = decodeCall<Namespace>(context, call, target.resource.kind);
      const object = await finalizeNamespace(context, {
        target: named(target),
        namespace,
        dryRun: parameters.dryRun,
        caller,
        manager: managerOf(parameters, caller),
      });
      return { type: 'object', code: 200, object, resource: target.resource };
    },
  },
};

interface FinalizeRequest {
  readonly target: NamedTarget;
  readonly namespace: Namespace;
  readonly dryRun: boolean;
  readonly caller: Caller;
  readonly manager: string;
}

function finalizeNamespace(context: Context, { target, namespace, dryRun, caller, manager }: FinalizeRequest): Promise<LiveObject> {
  const { resourceVersion, uid } = namespace.metadata;
  const change = (current: LiveObject): KubeObject => {
    const { spec } = current as unknown as Namespace;
    const { resourceVersion: _, ...metadata } = current.metadata;
    const pinned = { ...metadata, ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
    const next: Namespace = { ...current, metadata: pinned, spec: { ...spec, finalizers: namespace.spec.finalizers ?? [] } };
    return next;
  };
  return update(context, { target: { ...target, subresource: 'finalize' }, change, dryRun, caller, manager });
}
