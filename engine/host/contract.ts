/**
 * What the window and its host may say to each other: every call and every subscription, typed once, with a zod schema for what comes in.
 * A carrier (Electron MessagePort, WebSocket) moves `ClientMessage` one way and `HostMessage` the other and knows nothing of their meaning.
 * Pure: no Node.js, no DOM. Kubeconfigs, keys and tokens never cross. The window imports the types only.
 */
import { z } from 'zod';
import type { HostErrorCode } from '../api/host-error.ts';
import type { JsonObject, KubeObject, Live } from '../api/object.ts';
import type { Operation } from '../api/steps.ts';
import type { Status } from '../api/types.gen.ts';

// --- values ---------------------------------------------------------------------------------------------------------------------------

/** An error as data. `api` carries the API server's Status; `disconnected` is made by the window itself when its host is gone. */
export interface WireError {
  readonly code: HostErrorCode | 'api' | 'unknown-call' | 'disconnected';
  readonly params: Readonly<Record<string, string | number>>;
  /** English, for logs; the window shows `error.<code>` in the user's language, and a Status as it is. */
  readonly message: string;
  readonly status?: Status | undefined;
}

export interface AppInfo {
  readonly version: string;
  /** Node.js' `process.platform`. */
  readonly platform: string;
  /** `electron`: an own window; `browser`: served over HTTP. */
  readonly shell: 'electron' | 'browser';
  /** Where kubectl's configuration is written: a path, never its content. */
  readonly kubeconfigPath: string;
}

export type Driver = 'docker' | 'simulated';
export type ClusterPhase = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed' | 'elsewhere' | 'lost';
export interface ClusterSummary {
  readonly name: string;
  readonly driver: Driver;
  readonly phase: ClusterPhase;
  /** Node names, the control-plane node first. */
  readonly nodes: readonly string[];
  /** RFC 3339. */
  readonly createdAt: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
  /** kubectl's context, once it is set up. */
  readonly context?: string | undefined;
  /** The Kubernetes version it speaks: `v1.33.0`. */
  readonly version: string;
  /** Why nothing can be written to it at present: its disk is full, or can only be read. */
  readonly refusal?: WireError | undefined;
}

/** What was found before the first step; `ok: false` says why a cluster cannot be started with this driver. */
export type Preflight =
  | {
      readonly ok: true;
      readonly driver: Driver;
      readonly title: string;
      readonly architecture: string;
      readonly cpus: number;
      readonly memoryBytes: number;
    }
  | { readonly ok: false; readonly driver: Driver; readonly error: WireError };

/** Addresses a kind: `{ group: 'apps', version: 'v1', plural: 'deployments' }`. */
export interface KindRef {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}
export type ObjectChange =
  | { readonly type: 'put'; readonly object: Live<KubeObject> }
  /** `object` is the last one seen. */
  | { readonly type: 'remove'; readonly object: Live<KubeObject> };
export type ObjectBatch =
  /** The whole list at one revision: replaces everything that was known. Comes first, and again after a gap in the watch. */
  | { readonly type: 'list'; readonly objects: readonly Live<KubeObject>[] }
  /** In order, each object at most as old as the next. */
  | { readonly type: 'changes'; readonly changes: readonly ObjectChange[] }
  /** The watch is broken and is being mended; what was known may be old. A `list` follows. */
  | { readonly type: 'interrupted'; readonly error: WireError };
export interface ObjectList {
  readonly items: readonly Live<KubeObject>[];
  readonly resourceVersion: string;
}
export interface AppliedObject {
  /** Position of the YAML document. */
  readonly document: number;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** kubectl's own words. */
  readonly action: 'created' | 'configured' | 'unchanged' | 'failed';
  readonly object?: Live<KubeObject> | undefined;
  readonly error?: WireError | undefined;
}

/** One port of this computer that leads into the cluster. */
export interface HostPort {
  /** Stays the same while the Service keeps its port. */
  readonly id: string;
  readonly namespace: string;
  /** Empty for a hostPort, which leads straight to `pods`. */
  readonly service: string;
  readonly pods?: readonly { readonly name: string; readonly node: string; readonly address: string }[] | undefined;
  readonly portName?: string | undefined;
  readonly protocol: string;
  /** The Service's `port`, or the container's for a hostPort; absent where the host does not know it. */
  readonly port?: number | undefined;
  /** Answers on every node; a hostPort on those of its pods. */
  readonly nodePort: number;
  /** The port a user expects on localhost. */
  readonly preferredHostPort: number;
  /** The port that is open on 127.0.0.1; absent when none is. */
  readonly hostPort?: number | undefined;
  /** `http://localhost:<hostPort>`; absent when no port is open. */
  readonly url?: string | undefined;
  /** `substituted`: the expected port was taken and `hostPort` is another. `unsupported`: UDP and SCTP are not carried. */
  readonly state: 'listening' | 'substituted' | 'unsupported' | 'failed';
  /** For `substituted` and `failed`: the system's reason, e.g. `EADDRINUSE`. */
  readonly reason?: string | undefined;
}
/** What came back from one request to a port of this computer. */
export type ProbeResult =
  | {
      readonly ok: true;
      readonly elapsedMs: number /** Absent when it answered, but not in HTTP. */;
      readonly httpStatus?: number | undefined;
    }
  | {
      readonly ok: false;
      readonly elapsedMs: number;
      readonly reason: 'refused' | 'reset' | 'timeout' | 'not-listening';
      readonly message: string;
    };

export interface Sample {
  readonly id: string;
  /** In order of creation, with their manifests: what will be created. */
  readonly objects: readonly KubeObject[];
  readonly images: readonly string[];
  /** The same as YAML. */
  readonly yaml: string;
  /** Its front doors, by Service. */
  readonly links: readonly { readonly namespace: string; readonly service: string; readonly nodePort: number }[];
}

export interface Settings {
  /** `system` follows the system's language. */
  readonly language: 'system' | 'en' | 'ja';
  readonly theme: 'system' | 'light' | 'dark';
}

export interface LogChunk {
  /** Whole lines, oldest first, without line ends. */
  readonly lines: readonly string[];
}

// --- schemas of what comes in ---------------------------------------------------------------------------------------------------------

const none = z.strictObject({});
/** Names are checked by whoever owns the rule (API server, cluster); here only what could not be one. */
const name = z.string().min(1).max(253);
const cluster = name;
const driver = z.enum(['docker', 'simulated']);
const kind = z.strictObject({ group: z.string().max(253), version: z.string().min(1).max(63), plural: z.string().min(1).max(253) });
const address = { cluster, kind, namespace: name.optional() };
const named = { ...address, name };
const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);
const kubeObject = z.custom<KubeObject>(
  (value) =>
    typeof value === 'object' && value !== null && 'metadata' in value && typeof value.metadata === 'object' && value.metadata !== null,
  'expected an object with metadata',
);
const patch = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('json'),
    patch: z.array(z.strictObject({ op: z.string(), path: z.string(), from: z.string().optional(), value: z.unknown().optional() })),
  }),
  z.strictObject({ type: z.enum(['merge', 'strategic']), patch: jsonObject }),
]);
const log = z.strictObject({
  cluster,
  namespace: name,
  pod: name,
  container: name.optional(),
  follow: z.boolean().default(false),
  /** The run before the last restart. */
  previous: z.boolean().default(false),
  timestamps: z.boolean().default(false),
  tailLines: z.number().int().min(0).max(100_000).default(1000),
});
const selection = { fieldSelector: z.string().max(1000).optional(), labelSelector: z.string().max(1000).optional() };
const settings = z.strictObject({ language: z.enum(['system', 'en', 'ja']), theme: z.enum(['system', 'light', 'dark']) });

/** https anywhere, http on this computer only: checked here and by nobody else. */
const externalUrl = z
  .string()
  .max(2048)
  .refine(
    (url) => /^https:\/\/[^\s/?#@\\]+([/?#]\S*)?$/.test(url) || /^http:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?([/?#]\S*)?$/.test(url),
    {
      error: 'only https, and http on this computer',
    },
  );

// --- calls and subscriptions ----------------------------------------------------------------------------------------------------------

/** The result's type rides along for inference; it is never set. */
export interface Endpoint<Params extends z.ZodType, Out> {
  readonly params: Params;
  readonly out?: Out;
}
function to<Out>() {
  return <Params extends z.ZodType>(params: Params): Endpoint<Params, Out> => ({ params });
}

export const calls = {
  'app.info': to<AppInfo>()(none),
  /** Opens the system's browser. */
  'app.openExternal': to<null>()(z.strictObject({ url: externalUrl })),
  'settings.get': to<Settings>()(none),
  'settings.set': to<Settings>()(settings.partial()),

  'engine.preflight': to<Preflight>()(z.strictObject({ driver })),
  'clusters.list': to<readonly ClusterSummary[]>()(none),
  /** Creates it, or starts it if it exists. The operation's steps are known at once; follow it by `operations.watch`. */
  'clusters.start': to<Operation>()(
    z.strictObject({ name: cluster, nodes: z.number().int().min(1).max(5000).optional(), driver: driver.optional() }),
  ),
  'clusters.stop': to<Operation>()(z.strictObject({ name: cluster })),
  'clusters.delete': to<Operation>()(z.strictObject({ name: cluster })),
  /** The last failed or cancelled operation of the cluster again, with the same request. */
  'clusters.retry': to<Operation>()(z.strictObject({ name: cluster })),
  'operations.cancel': to<null>()(z.strictObject({ id: name })),

  'objects.get': to<Live<KubeObject>>()(z.strictObject(named)),
  'objects.list': to<ObjectList>()(z.strictObject({ ...address, ...selection })),
  'objects.create': to<Live<KubeObject>>()(z.strictObject({ cluster, kind, object: kubeObject, dryRun: z.boolean().default(false) })),
  /** Conflicts when `metadata.resourceVersion` is set and stale. */
  'objects.update': to<Live<KubeObject>>()(z.strictObject({ cluster, kind, object: kubeObject, dryRun: z.boolean().default(false) })),
  'objects.patch': to<Live<KubeObject>>()(z.strictObject({ ...named, patch, dryRun: z.boolean().default(false) })),
  'objects.delete': to<null>()(
    z.strictObject({
      ...named,
      propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).optional(),
      gracePeriodSeconds: z.number().int().min(0).optional(),
    }),
  ),
  /** `kubectl apply`: one or more YAML documents. A failed document does not stop the others. */
  'objects.apply': to<readonly AppliedObject[]>()(
    z.strictObject({ cluster, namespace: name.default('default'), yaml: z.string().max(3_145_728), dryRun: z.boolean().default(false) }),
  ),

  /** Asks a port of this computer, by its id in `ports.watch`. */
  'ports.probe': to<ProbeResult>()(z.strictObject({ cluster, id: z.string().min(1).max(1000) })),

  'samples.describe': to<Sample>()(z.strictObject({ sample: name })),
  /** One step for each object, `<kind>:<name>`, and one for each Deployment that waits for its pods. */
  'samples.deploy': to<Operation>()(z.strictObject({ cluster, sample: name })),
  'samples.remove': to<Operation>()(z.strictObject({ cluster, sample: name })),
} as const;

export const subscriptions = {
  /** All clusters at once, and again whenever one changes. */
  'clusters.watch': to<readonly ClusterSummary[]>()(none),
  /** First each operation that is known, then every change; each value is complete. */
  'operations.watch': to<Operation>()(none),
  /** Ends with an error when the cluster stops (`cluster-not-running`) or refuses (`api`). */
  'objects.watch': to<ObjectBatch>()(z.strictObject({ ...address, ...selection })),
  /** Ends without an error when the container has ended or `follow` is off. */
  'pods.log': to<LogChunk>()(log),
  /** All ports at once, and again whenever one changes. */
  'ports.watch': to<readonly HostPort[]>()(z.strictObject({ cluster })),
  /** Another window may change them. */
  'settings.watch': to<Settings>()(none),
} as const;

export type CallName = keyof typeof calls;
export type SubscriptionName = keyof typeof subscriptions;
export type CallParams<N extends CallName> = z.input<(typeof calls)[N]['params']>;
export type CallResult<N extends CallName> = NonNullable<(typeof calls)[N]['out']> | NullResult<N>;
export type SubscriptionParams<N extends SubscriptionName> = z.input<(typeof subscriptions)[N]['params']>;
export type SubscriptionEvent<N extends SubscriptionName> = NonNullable<(typeof subscriptions)[N]['out']>;
/** What a handler receives: defaults filled in. */
export type CallInput<N extends CallName> = z.output<(typeof calls)[N]['params']>;
export type SubscriptionInput<N extends SubscriptionName> = z.output<(typeof subscriptions)[N]['params']>;
type NullResult<N extends CallName> = null extends (typeof calls)[N]['out'] ? null : never;

// --- wire messages --------------------------------------------------------------------------------------------------------------------

const id = z.number().int().min(1);
/** Window → host. `id` is chosen by the window and is unique for the connection, over calls and subscriptions alike. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id, call: z.string(), params: z.unknown() }),
  z.strictObject({ type: z.literal('subscribe'), id, name: z.string(), params: z.unknown() }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** Host → window. Every call is answered by one `result`; every subscription ends with one `end`, unless the window unsubscribed. */
export type HostMessage =
  | { readonly type: 'result'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'result'; readonly id: number; readonly ok: false; readonly error: WireError }
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'end'; readonly id: number; readonly error?: WireError | undefined };

/** Where the HTTP carrier listens for WebSockets; the MessagePort carrier needs no address. */
export const hostPath = '/host';
