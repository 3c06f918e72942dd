/** Assigns a Pod to a node, once. Upstream: pkg/registry/core/pod/storage (BindingREST). */
import { rfc3339 } from '../../api/clock.ts';
import { conflict, invalid } from '../../api/errors.ts';
import { type FieldError, notSupported, Path, required } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Binding, Pod, PodCondition, Status } from '../../api/types.gen.ts';
import { decodeCall, named, type Subresource } from '../call.ts';
import type { Caller, Context, NamedTarget } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { update } from '../verbs/update.ts';

const bindingKind = { group: '', version: 'v1', kind: 'Binding', plural: 'bindings', schema: 'Binding' } as const;

export const binding: Subresource = {
  name: 'binding',
  isPartOf: ({ group, plural }) => group === '' && plural === 'pods',
  shape: bindingKind,
  verbs: {
    async create(context, call) {
      const { target, caller, parameters } = call;
      const wanted = decodeCall<Binding>(context, call, bindingKind);
      const status = await bind(context, { target: named(target), binding: wanted, dryRun: parameters.dryRun, caller });
      return { type: 'object', code: 201, object: status };
    },
  },
};

interface BindRequest {
  readonly target: NamedTarget;
  readonly binding: Binding;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

const bindingResource = { group: '', plural: 'pods/binding' };

async function bind(context: Context, { target, binding: wanted, dryRun, caller }: BindRequest): Promise<Status> {
  const { name } = target;
  const errors = errorsOf(wanted);
  if (errors.length > 0) throw invalid(bindingKind, name, errors);
  const now = rfc3339(context.clock.now());
  const change = (current: LiveObject): KubeObject => {
    const pod = current as unknown as Pod;
    checkVersion(target, wanted, current);
    const problem = whyNot(name, pod);
    if (problem !== undefined) throw conflict(bindingResource, name, problem);
    return bound(pod, wanted, now);
  };
  await update(context, { target: { ...target, subresource: 'binding' }, change, dryRun, caller, manager: undefined });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

function errorsOf({ target }: Binding): readonly FieldError[] {
  const path = new Path('target');
  const isNode = !target.kind || target.kind === 'Node' || target.kind === 'Minion';
  return [
    ...(isNode ? [] : [notSupported(path.at('kind'), target.kind, ['Node', '<empty>'])]),
    ...(target.name ? [] : [required(path.at('name'))]),
  ];
}

function checkVersion({ resource, name }: NamedTarget, { metadata }: Binding, current: LiveObject): void {
  const check = (what: string, wanted: string | undefined, is: string): void => {
    if (wanted && wanted !== is)
      throw conflict(resource.kind, name, `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`);
  };
  check('UID', metadata.uid, current.metadata.uid);
  check('ResourceVersion', metadata.resourceVersion, current.metadata.resourceVersion);
}

function whyNot(name: string, { metadata, spec }: Pod): string | undefined {
  if (metadata.deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec.nodeName) return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  if ((spec.schedulingGates ?? []).length > 0) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

function bound(pod: Pod, { metadata, target }: Binding, now: string): KubeObject {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const scheduled: PodCondition = { type: 'PodScheduled', status: 'True', lastTransitionTime: now };
  const { resourceVersion: _, ...kept } = pod.metadata;
  const annotations = { ...pod.metadata.annotations, ...metadata.annotations };
  const next: Pod = {
    ...pod,
    metadata: { ...kept, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { ...pod.spec, nodeName: target.name },
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
  return next;
}
