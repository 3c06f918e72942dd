/**
 * Metadata, checked for every kind by whoever creates and updates objects: kinds do not repeat it.
 * Upstream: k8s.io/apimachinery/pkg/api/validation/objectmeta.go, with the finalizer names of pkg/apis/core/validation.
 */
import { forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import type { ObjectMeta, OwnerReference } from '../types.gen.ts';
import { type Errors, immutable, invalidEach, nonEmpty, none, nonNegative } from './fields.ts';
import { validAnnotations, validLabels } from './labels.ts';
import { validManagedFields } from './managed-fields.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems, qualifiedNameProblems } from './names.ts';

export interface MetaRules {
  readonly namespaced: boolean;
  /** The default is a DNS-1123 subdomain. */
  readonly validateName?: ((name: string) => readonly string[]) | undefined;
  /** Finalizers need no domain: what others define may have been there before anyone asked for one. */
  readonly takesAnyFinalizer?: true | undefined;
}

const metadata = new Path('metadata');
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** A generated name gets a suffix, so the prefix may end in a dash. */
function withoutTrailingDash(prefix: string): string {
  return prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix;
}

export function validFinalizer(path: Path, name: string): Errors {
  const errors = invalidEach(path, name, qualifiedNameProblems(name));
  if (name.includes('/') || standardFinalizers.has(name)) return errors;
  return [...errors, invalidValue(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

function ownerErrors(path: Path, { apiVersion, kind, name, uid }: OwnerReference): Errors {
  const [group, version, ...rest] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const isBanned = group === '' && version === 'v1' && kind === 'Event';
  return [
    ...(version && rest.length === 0 ? none : [invalidValue(path.at('apiVersion'), apiVersion, 'version must not be empty')]),
    ...(kind ? none : [invalidValue(path.at('kind'), kind, 'must not be empty')]),
    ...(name ? none : [invalidValue(path.at('name'), name, 'must not be empty')]),
    ...(uid ? none : [invalidValue(path.at('uid'), uid, 'must not be empty')]),
    ...(isBanned ? [invalidValue(path, { apiVersion, kind, name, uid }, `/v1, Kind=Event is disallowed from being an owner`)] : none),
  ];
}

function ownersErrors(owners: readonly OwnerReference[]): Errors {
  const path = metadata.at('ownerReferences');
  const [first, second] = owners.filter(({ controller }) => controller);
  const twice =
    first && second
      ? [
          invalidValue(
            path,
            owners,
            `Only one reference can have Controller set to true. Found "true" in references for ${first.name} and ${second.name}`,
          ),
        ]
      : none;
  return [...owners.flatMap((owner, index) => ownerErrors(path.at(index), owner)), ...twice];
}

function namespaceErrors({ namespace }: ObjectMeta, { namespaced }: MetaRules): Errors {
  const path = metadata.at('namespace');
  if (!namespaced) return namespace ? [forbiddenValue(path, 'not allowed on this type')] : none;
  return namespace ? invalidEach(path, namespace, dns1123LabelProblems(namespace)) : [required(path)];
}

/** For creates, after names were generated and the namespace was taken from the URL. */
export function validateObjectMeta(meta: ObjectMeta, rules: MetaRules): Errors {
  const nameProblems = rules.validateName ?? dns1123SubdomainProblems;
  const generateErrors = meta.generateName
    ? invalidEach(metadata.at('generateName'), meta.generateName, nameProblems(withoutTrailingDash(meta.generateName)))
    : none;
  const nameErrors = meta.name
    ? invalidEach(metadata.at('name'), meta.name, nameProblems(meta.name))
    : [required(metadata.at('name'), 'name or generateName is required')];
  return [
    ...generateErrors,
    ...nameErrors,
    ...namespaceErrors(meta, rules),
    ...nonNegative(metadata.at('generation'), meta.generation),
    ...validLabels(metadata.at('labels'), meta.labels),
    ...validAnnotations(metadata.at('annotations'), meta.annotations),
    ...ownersErrors(meta.ownerReferences ?? []),
    ...finalizerErrors(meta.finalizers ?? [], rules),
    ...validManagedFields(meta.managedFields ?? []),
  ];
}

function finalizerErrors(finalizers: readonly string[], { takesAnyFinalizer }: MetaRules): Errors {
  const path = metadata.at('finalizers');
  const errors = finalizers.flatMap((name, index) =>
    takesAnyFinalizer ? invalidEach(path.at(index), name, qualifiedNameProblems(name)) : validFinalizer(path.at(index), name),
  );
  const isConflicting = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  const conflict = 'finalizer orphan and foregroundDeletion cannot be both set';
  return isConflicting ? [...errors, invalidValue(path, finalizers, conflict)] : errors;
}

const fixed = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/**
 * For updates; `next` is checked as a whole too. What a client may leave out (uid, creationTimestamp) must have been copied from `old`.
 */
export function validateObjectMetaUpdate(next: ObjectMeta, old: ObjectMeta, rules: MetaRules): Errors {
  const isDeleting = old.deletionTimestamp !== undefined;
  const added = (next.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name));
  const late = 'no new finalizers can be added if the object is being deleted, found new finalizers ';
  const generation = next.generation ?? 0;
  const isBack = generation < (old.generation ?? 0);
  return [
    ...(isDeleting && added.length > 0
      ? [forbiddenValue(metadata.at('finalizers'), `${late}[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`)]
      : none),
    ...(isBack ? [invalidValue(metadata.at('generation'), generation, 'must not be decremented')] : none),
    ...fixed.flatMap((field) => immutable(metadata.at(field), next[field], old[field])),
    ...validLabels(metadata.at('labels'), next.labels),
    ...validAnnotations(metadata.at('annotations'), next.annotations),
    ...ownersErrors(next.ownerReferences ?? []),
    ...finalizerErrors(next.finalizers ?? [], rules),
    ...validManagedFields(next.managedFields ?? []),
    ...(rules.namespaced ? nonEmpty(metadata.at('namespace'), next.namespace) : none),
  ];
}
