/** How many replicas an object has, whatever its kind: the view that `kubectl scale` and autoscalers use. Upstream: pkg/registry/apps. */
import { rfc3339 } from '../../api/clock.ts';
import { decodePatched } from '../../api/decode-body.ts';
import { badRequest, invalid } from '../../api/errors.ts';
import { invalidValue, Path } from '../../api/field-error.ts';
import { anyKind, kind, type ScalePaths } from '../../api/kind.ts';
import { age, integer } from '../../api/kinds/columns.ts';
import { builtInSchema } from '../../api/managed-fields/built-in-schema.ts';
import { applied, type ManagedKind, tracked, type Writer, withManagedFields } from '../../api/managed-fields/field-manager.ts';
import { fieldElement } from '../../api/managed-fields/path-element.ts';
import { fromScale, type ScaledParent, toScale } from '../../api/managed-fields/scale-managers.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { Scale } from '../../api/types.gen.ts';
import { type Call, decodeCall, named, type Outcome, patchOf, type Subresource } from '../call.ts';
import type { Context, NamedTarget } from '../context.ts';
import { managedKind, managerOf } from '../managed-kinds.ts';
import type { LiveObject, Resource } from '../resource.ts';
import { configOf, decodeApplied, warnOfDuplicates } from '../verbs/apply.ts';
import { get } from '../verbs/get.ts';
import { applyPatch, checkPatchOptions } from '../verbs/patch.ts';
import { type UpdateRequest, update } from '../verbs/update.ts';

/** As a kind, so that bodies and patches of it are decoded like any other. */
const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale', plural: 'scales', schema: 'Scale' } as const;

/** Upstream: printScale in pkg/printers. */
const shownScale = kind<Scale>({
  ...scaleKind,
  namespaced: true,
  columns: [integer('Desired', ({ spec }) => spec?.replicas ?? 0), integer('Available', ({ status }) => status?.replicas ?? 0), age],
});

export const scale: Subresource = {
  name: 'scale',
  isPartOf: ({ scale: paths }) => paths !== undefined,
  shape: scaleKind,
  hasTable: true,
  verbs: {
    async get(context, { target }) {
      return answer(await getScale(context, named(target)));
    },
    async update(context, call) {
      const wanted = decodeCall<Scale>(context, call, scaleKind);
      const writer = writerOf(context, call);
      const change = (current: Scale): Scale => trackedScale({ live: current, next: wanted }, writer);
      return answer(await updateScale(context, { ...requestOf(call), change }));
    },
    async patch(context, call) {
      const patch = patchOf(call);
      const { fieldValidation, fieldManager, force } = call.parameters;
      checkPatchOptions({ patch, fieldManager, force });
      const writer = writerOf(context, call);
      const change = (current: Scale): Scale => {
        if (patch.type === 'apply') return appliedScale(current, call, writer);
        // A Scale is made of JSON values.
        const document = applyPatch('Scale', current as unknown as JsonObject, patch);
        const { object, warnings } = decodePatched<Scale>(scaleKind, document, { fieldValidation, patch: patch.text });
        for (const warning of warnings) call.caller.warn(warning);
        return trackedScale({ live: current, next: object }, writer);
      };
      return answer(await updateScale(context, { ...requestOf(call), change }));
    },
  },
};

function requestOf({ target, parameters, caller }: Call): Omit<UpdateRequest, 'change'> {
  return { target: named(target), dryRun: parameters.dryRun, caller, manager: undefined };
}
function answer(object: Scale): Outcome {
  return { type: 'object', code: 200, object, resource: { kind: anyKind(shownScale) } };
}

/** A Scale is written by itself: what it says of its managers becomes the object's afterwards. */
const managedScale: ManagedKind = {
  ...{ ...scaleKind, apiVersion: 'autoscaling/v1', subresource: 'scale', empty: builtInSchema('Scale').empty },
  view: (apiVersion) =>
    apiVersion === 'autoscaling/v1'
      ? { type: builtInSchema('Scale').type, filter: (fields) => fields, convert: (object) => object, convertBack: (object) => object }
      : undefined,
};

function writerOf({ clock }: Context, { parameters, caller }: Call): Writer {
  return { manager: managerOf(parameters, caller), now: rfc3339(clock.now()) };
}
function trackedScale({ live, next }: { readonly live: Scale; readonly next: Scale }, writer: Writer): Scale {
  // The fields of a Scale stay what they are; only its metadata change.
  return tracked(managedScale, { live, next }, writer) as Scale;
}
function appliedScale(live: Scale, call: Call, writer: Writer): Scale {
  const { parameters, caller } = call;
  const patch = patchOf(call);
  const document = applied(managedScale, { live, config: configOf(patch), force: parameters.force === true }, writer);
  warnOfDuplicates({ patch, fieldValidation: parameters.fieldValidation, caller });
  return decodeApplied<Scale>(scaleKind, document, managedScale);
}

async function getScale(context: Context, target: NamedTarget): Promise<Scale> {
  return scaleOf(target.resource, await get(context, target));
}

interface ScaleRequest extends Omit<UpdateRequest, 'change'> {
  readonly change: (current: Scale) => Scale;
}

async function updateScale(context: Context, request: ScaleRequest): Promise<Scale> {
  const { resource, name } = request.target;
  const change = (current: LiveObject): KubeObject => {
    const parent = parentOf(context, resource, current);
    const wanted = request.change(withManagedFields(scaleOf(resource, current), toScale(parent)));
    const replicas = wanted.spec?.replicas ?? 0;
    if (replicas < 0)
      throw invalid(scaleKind, name, [invalidValue(new Path('spec').at('replicas'), replicas, 'must be greater than or equal to 0')]);
    const { resourceVersion: _, ...metadata } = current.metadata;
    const { resourceVersion } = wanted.metadata;
    const isPinned = resourceVersion && resourceVersion !== current.metadata.resourceVersion;
    const uid = wanted.metadata.uid ?? metadata.uid;
    const changed = { ...current, metadata: { ...metadata, uid, ...(isPinned ? { resourceVersion } : {}) } };
    const managedFields = fromScale(parent, wanted.metadata.managedFields);
    return pathsOf(resource).withReplicas(withManagedFields(changed, managedFields), replicas);
  };
  return scaleOf(resource, await update(context, { ...request, change }));
}

function parentOf({ registry }: Context, resource: Resource, { metadata }: LiveObject): ScaledParent {
  const kind = managedKind(registry, resource);
  const path = (resource.kind.scale?.path ?? ['spec', 'replicas']).map(fieldElement);
  return {
    entries: metadata.managedFields,
    apiVersion: resource.apiVersion,
    replicasPath: (apiVersion) => (kind.view(apiVersion) ? path : undefined),
  };
}

function pathsOf({ kind }: Resource): ScalePaths<KubeObject> {
  if (!kind.scale) throw badRequest(`${kind.plural} cannot be scaled`);
  return kind.scale;
}

function scaleOf(resource: Resource, object: LiveObject): Scale {
  const paths = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths.selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: { replicas: paths.replicas(object) },
    status: { replicas: paths.statusReplicas(object), ...(selector === '' ? {} : { selector }) },
  };
}
