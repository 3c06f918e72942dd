/**
 * The API server over a store: the control plane's own parts call it in this process (`as`), everything else over HTTPS.
 * Upstream: k8s.io/kubernetes/cmd/kube-apiserver.
 */
import type { Clock } from '../api/clock.ts';
import { kinds } from '../api/kinds.ts';
import type { ClusterRole, ClusterRoleBinding, PriorityClass, Role, RoleBinding, Service } from '../api/types.gen.ts';
import type { Store } from '../store/store.ts';
import { admissionChain } from './admission/chain.ts';
import { defaultTolerations } from './admission/default-tolerations.ts';
import { namespaceLifecycle } from './admission/namespace-lifecycle.ts';
import { priority } from './admission/priority.ts';
import { serviceAccount } from './admission/service-account.ts';
import { parseRange } from './allocation/addresses.ts';
import { createServiceAllocator } from './allocation/services.ts';
import { createRbac, type Rbac } from './authz/rbac.ts';
import type { Admission, Allocator, Context, User } from './context.ts';
import { nameSuffix } from './generated-name.ts';
import { LocalClient } from './local-client.ts';
import { type Mirror, startMirror } from './mirror.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createRegistry, type Registry } from './registry.ts';
import type { Resource } from './resource.ts';
import { binding } from './subresources/binding.ts';
import { eviction } from './subresources/eviction.ts';
import { finalize } from './subresources/finalize.ts';
import { scale } from './subresources/scale.ts';
import { status } from './subresources/status.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where Services get their addresses from. */
  readonly serviceCidr?: string;
  readonly newUid?: () => string;
  readonly random?: () => number;
  /** Told when something ended that should run as long as the server. */
  readonly onError?: (error: unknown) => void;
}

const defaultServiceCidr = '10.96.0.0/16';

export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, clock, serviceCidr = defaultServiceCidr, random = Math.random, newUid = () => crypto.randomUUID() } = options;
  const ended = new AbortController();
  const registry = createRegistry(kinds);
  const mirrors = await startMirrors({ store, registry, signal: ended.signal, onError: options.onError ?? (() => {}) });
  const services = registry.need('', 'services');
  const allocator = createServiceAllocator({ range: parseRange(serviceCidr), random, services: await allServices(store, services) });
  const admit = admission({ store, clock, registry, priorityClasses: mirrors.priorityClasses, random });
  const allocatorOf = (resource: Resource): Allocator | undefined => (resource === services ? allocator : undefined);
  const context: Context = { store, clock, registry, newUid, random, admit, allocatorOf };
  const rbac = createRbac(mirrors);
  const subresources = [status, scale, binding, eviction, finalize];
  const pipeline = createPipeline({ context, authorize: rbac.authorize, subresources, reviews: [], documents: async () => undefined });
  return new ApiServer({ context, pipeline, rbac, ended });
}

interface Parts {
  readonly context: Context;
  readonly pipeline: Pipeline;
  readonly rbac: Rbac;
  readonly ended: AbortController;
}

export class ApiServer implements AsyncDisposable {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The API as this user sees it. `system:authenticated` is added to the groups, as authentication does. */
  as(user: { readonly username: string; readonly groups?: readonly string[] }): LocalClient {
    const authenticated: User = { ...user, groups: [...new Set([...(user.groups ?? []), 'system:authenticated'])] };
    return new LocalClient(this.#parts.pipeline, authenticated);
  }

  /** Ends what the server runs by itself. The store stays open: it belongs to whoever opened it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.ended.abort();
  }
}

interface MirrorOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}
interface Mirrors {
  readonly roles: Mirror<Role>;
  readonly clusterRoles: Mirror<ClusterRole>;
  readonly roleBindings: Mirror<RoleBinding>;
  readonly clusterRoleBindings: Mirror<ClusterRoleBinding>;
  readonly priorityClasses: Mirror<PriorityClass>;
}

async function startMirrors({ store, registry, ...options }: MirrorOptions): Promise<Mirrors> {
  const rbac = (plural: string): Resource => registry.need('rbac.authorization.k8s.io', plural);
  const [roles, clusterRoles, roleBindings, clusterRoleBindings, priorityClasses] = await Promise.all([
    startMirror<Role>(store, rbac('roles'), options),
    startMirror<ClusterRole>(store, rbac('clusterroles'), options),
    startMirror<RoleBinding>(store, rbac('rolebindings'), options),
    startMirror<ClusterRoleBinding>(store, rbac('clusterrolebindings'), options),
    startMirror<PriorityClass>(store, registry.need('scheduling.k8s.io', 'priorityclasses'), options),
  ]);
  return { roles, clusterRoles, roleBindings, clusterRoleBindings, priorityClasses };
}

async function allServices(store: Store, resource: Resource): Promise<readonly Service[]> {
  const { entries } = await store.list(resource.prefix);
  // Everything under the prefix is a Service.
  return entries.map((entry) => resource.live(entry) as Service);
}

interface AdmissionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly priorityClasses: Mirror<PriorityClass>;
  readonly random: () => number;
}

function admission({ store, clock, registry, priorityClasses, random }: AdmissionOptions): Admission {
  const accounts = registry.need('', 'serviceaccounts');
  return admissionChain([
    namespaceLifecycle({ store, namespaces: registry.need('', 'namespaces') }),
    serviceAccount({ store, clock, accounts, suffix: () => nameSuffix(random) }),
    defaultTolerations,
    priority(priorityClasses),
  ]);
}
