/**
 * A kind is one value: names, scope, defaults, rules, columns. Everything the API server does (routes, discovery, validation, tables,
 * RBAC attributes) and everything a client needs to address it is read off this value. `kinds.ts` lists them all.
 * Upstream: the generic registry's strategies (k8s.io/kubernetes/pkg/registry) and the printers (pkg/printers/internalversion).
 */
import type { CustomDocument } from './custom/document.ts';
import type { Decoded } from './decode.ts';
import type { FieldError } from './field-error.ts';
import type { TypedSchema } from './managed-fields/typed-schema.ts';
import type { JsonObject, KubeObject } from './object.ts';

/** What is needed to address objects of a kind; `T` is their type. */
export interface Kind<T extends KubeObject = KubeObject> {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource name in URLs: `pods`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: carries the object type for inference only. */
  readonly type?: T;
}

export interface WriteContext {
  /** RFC 3339 UTC, whole seconds. */
  readonly now: string;
}

export interface Column<T extends KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** OpenAPI format: `name` marks the name column. */
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  readonly priority: 0 | 1;
  /** The cell; `nowMs` is milliseconds since the epoch. Dates of type `date` are returned as RFC 3339; ages as kubectl prints them. */
  readonly cell: (object: T, nowMs: number) => string | number | boolean | null;
}

export interface ScalePaths<T extends KubeObject> {
  readonly replicas: (object: T) => number;
  readonly withReplicas: (object: T, replicas: number) => T;
  readonly statusReplicas: (object: T) => number;
  /** Where the replicas are; `spec.replicas` unless it is set. */
  readonly path?: readonly string[];
  /** Label selector in its string form. */
  readonly selector: (object: T) => string;
}

/** A kind whose objects live in the store as another kind: a second view of the same objects (upstream: the storage version). */
export interface StoredAs<T extends KubeObject> {
  readonly group: string;
  readonly plural: string;
  /** Both keep `metadata` as it is, and set `apiVersion` and `kind` of their side. */
  readonly toStorage: (object: T) => KubeObject;
  readonly fromStorage: (object: KubeObject) => T;
  /** The other kind is only another version of this one: there is no third kind to which the objects belong. */
  readonly isVersion?: true;
}

/** What only kinds have that a CustomResourceDefinition makes while the server runs: they have no type among the generated ones. */
export interface CustomParts {
  /** Name of the CustomResourceDefinition. */
  readonly definition: string;
  /** Nothing is created any more. */
  readonly isTerminating: boolean;
  /** Reads an untrusted body, in place of the type's decoder. Throws a DecodeError. */
  readonly decode: (value: JsonObject) => Decoded;
  readonly document: CustomDocument;
  /** For server-side apply; without it, every field counts for itself and every list is one value. */
  readonly typed?: TypedSchema;
  /** Changes when the documents about the kind do. */
  readonly fingerprint: string;
}

export interface KindDefinition<T extends KubeObject = KubeObject> extends Kind<T> {
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** `all` puts the kind into `kubectl get all`. */
  readonly categories: readonly string[];
  /** Of the kind's lists; the kind's with `List` behind it unless set. */
  readonly listKind?: string;
  /** Name of the type in `schema.gen.json`, e.g. `Pod`, `CoreEvent`. Empty where `custom` is set. */
  readonly schema: string;
  readonly custom?: CustomParts;
  readonly verbs?: readonly string[];
  /**
   * Set where the objects are another kind's, seen through other names (`events.k8s.io` Events are core Events). The API server then
   * reads, writes and watches the store under that kind's key, converts on the way in and out, and runs defaults, prepare and
   * validate of *this* kind on this kind's form.
   */
  readonly storage?: StoredAs<T>;
  /** A deletion answers with the object and not with a Status. Upstream: ReturnDeletedObject. */
  readonly returnsDeleted?: boolean;
  /** Whether `/status` exists; then a plain update keeps the old status and a status update changes only status. */
  readonly hasStatus: boolean;
  readonly scale?: ScalePaths<T>;
  /** `spec` changes raise metadata.generation when true. */
  readonly hasGeneration: boolean;
  /** Finalizers need no domain. */
  readonly takesAnyFinalizer?: true;
  /** How a name is checked; the default is a DNS-1123 subdomain. */
  readonly validateName?: (name: string) => readonly string[];
  /** Fills in what Kubernetes fills in (SetDefaults_*). Runs on every decode: must be idempotent. */
  readonly defaults?: (object: T) => T;
  /** Clears what a client may not set at creation (status, for instance). */
  readonly prepareCreate?: (object: T, context: WriteContext) => T;
  readonly prepareUpdate?: (next: T, old: T, context: WriteContext) => T;
  /** What the first deletion leaves on the object: a finalizer, a condition. */
  readonly prepareDelete?: (object: T, context: WriteContext) => T;
  /** An update says which version it changes. Upstream: AllowUnconditionalUpdate is false. */
  readonly needsVersion?: true;
  readonly validate?: (object: T) => readonly FieldError[];
  /** Runs after `validate`, for creations. */
  readonly validateCreate?: (object: T) => readonly FieldError[];
  /** Runs after `validate`, for updates: immutable fields. */
  readonly validateUpdate?: (next: T, old: T) => readonly FieldError[];
  readonly validateStatusUpdate?: (next: T, old: T) => readonly FieldError[];
  /** Sent as a warning with every answer about objects of this kind. */
  readonly deprecation?: string;
  /** Warnings for the client (`Warning: 299` headers). */
  readonly warnings?: (object: T) => readonly string[];
  /** Field selectors beyond metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** Those of `selectableFields` by which clients often ask for few of many objects: lists read only those. */
  readonly indexedFields?: readonly string[];
  /** Printed after the name column. */
  readonly columns: readonly Column<T>[];
  /** Seconds to wait before the object is removed, where deletion is graceful (Pods). 0 deletes at once. */
  readonly gracePeriodSeconds?: (object: T, requested: number | undefined) => number;
  /** Where dependents go by default: `background` in apps/v1, `orphan` for Jobs of old; Kubernetes' default is background. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
}

type Presumed = 'version' | 'singular' | 'shortNames' | 'categories' | 'schema' | 'hasStatus' | 'hasGeneration';
/** What a definition file says: the rest is presumed as most kinds have it. */
export type KindInput<T extends KubeObject> = Omit<KindDefinition<T>, Presumed> & Partial<Pick<KindDefinition<T>, Presumed>>;

/** Declares a kind. Unless it says otherwise it is a v1 without short names, whose singular and schema are its own name. */
export function kind<T extends KubeObject>(definition: KindInput<T>): KindDefinition<T> {
  return {
    version: 'v1',
    singular: definition.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    schema: definition.kind,
    hasStatus: false,
    hasGeneration: false,
    ...definition,
  };
}

/** The list forgets the object types: whoever walks it hands each kind only objects that were decoded as that kind. */
export function anyKind<T extends KubeObject>(definition: KindDefinition<T>): KindDefinition {
  return definition as unknown as KindDefinition;
}

export function listKindOf({ kind, listKind }: { readonly kind: string; readonly listKind?: string }): string {
  return listKind ?? `${kind}List`;
}

export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
