/**
 * The API server over a store: the control plane's own parts call it in this process (`as`), everything else over HTTPS.
 * Upstream: k8s.io/kubernetes/cmd/kube-apiserver.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../api/clock.ts';
import type { KindDefinition } from '../api/kind.ts';
import { kinds as allKinds } from '../api/kinds.ts';
import { liveOpenApi, openApi } from '../api/openapi/documents.ts';
import type { Service } from '../api/types.gen.ts';
import type { Store } from '../store/store.ts';
import { admission } from './admission/plugins.ts';
import { podSecurity } from './admission/pod-security.ts';
import { addressAt, parseRange } from './allocation/addresses.ts';
import { createServiceAllocator } from './allocation/services.ts';
import { type AccountTokens, accountTokens } from './authn/account-tokens.ts';
import { authenticator } from './authn/authenticate.ts';
import { type SigningKey, signingKey } from './authn/jwt.ts';
import { authenticated } from './authn/users.ts';
import { type Authorizer, anyOf } from './authz/attributes.ts';
import { nodeAuthorizer } from './authz/node-authorizer.ts';
import { createRbac, type Rbac } from './authz/rbac.ts';
import { bootstrap } from './bootstrap/bootstrap.ts';
import { nodeRules } from './bootstrap/node-rules.ts';
import { OwnService } from './bootstrap/own-service.ts';
import { podStreams } from './connect/streams.ts';
import type { Allocator, Context } from './context.ts';
import { Definitions } from './definitions/definitions.ts';
import { liveDiscovery } from './discovery/discovery.ts';
import { servedResources } from './discovery/resources.ts';
import { createFairness, type Fairness, type FairnessOptions } from './fairness/fairness.ts';
import { startHousekeeping } from './housekeeping.ts';
import { type RequestHandler, requestHandler } from './http/handler.ts';
import { type Listener, type ListenOptions, startListener } from './http/listener.ts';
import { plainDocument, plainPaths, versionInfo } from './http/plain-paths.ts';
import type { Kubelets } from './kubelets.ts';
import { LocalClient } from './local-client.ts';
import { createMetrics } from './metrics.ts';
import { startMirrors } from './mirrors.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { quotaCharging } from './quota/charge.ts';
import { createRegistry } from './registry.ts';
import type { Resource } from './resource.ts';
import { accessReviews } from './reviews/access.ts';
import { identityReviews } from './reviews/identity.ts';
import { binding } from './subresources/binding.ts';
import { eviction } from './subresources/eviction.ts';
import { finalize } from './subresources/finalize.ts';
import { log } from './subresources/log.ts';
import { scale } from './subresources/scale.ts';
import { status } from './subresources/status.ts';
import { token } from './subresources/token.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Where Services get their addresses from. */
  readonly serviceCidr?: string;
  /** PKCS#8 PEM of a P-256 key: signs ServiceAccounts' tokens. Without it tokens last as long as this server. */
  readonly signingKeyPem?: string;
  /** The way to the nodes; without it logs cannot be read. */
  readonly kubelets?: Kubelets;
  /** What is served; every kind unless told otherwise. */
  readonly kinds?: readonly KindDefinition[];
  /** How much is answered at the same time. */
  readonly fairness?: FairnessOptions;
  readonly newUid?: () => string;
  readonly random?: () => number;
  /** Told when something ended that should run as long as the server, or a request broke. */
  readonly onError?: (error: unknown) => void;
}

const defaultServiceCidr = '10.96.0.0/16';

export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { store, clock, serviceCidr = defaultServiceCidr, random = Math.random, newUid = () => crypto.randomUUID() } = options;
  const { onError = () => {}, kubelets = noKubelets, kinds = allKinds } = options;
  const ended = new AbortController();
  const registry = createRegistry(kinds);
  for (const index of registry.resources.flatMap(({ indexes }) => indexes)) store.index(index);
  const mirrors = await startMirrors({ store, registry, signal: ended.signal, onError });
  const services = registry.need('', 'services');
  const allocator = createServiceAllocator({ range: parseRange(serviceCidr), random, services: await allServices(store, services) });
  const rbac = createRbac(mirrors);
  const authorize = anyOf(nodeAuthorizer(mirrors.nodeGraph, nodeRules), rbac.authorize);
  const admit = admission({ store, clock, registry, rbac, mirrors, random });
  const allocatorOf = (resource: Resource): Allocator | undefined => (resource === services ? allocator : undefined);
  const charge = quotaCharging({ store, clock, quotas: mirrors.resourceQuotas, signal: ended.signal, onError });
  const approve = podSecurity({ store, registry });
  const context: Context = { store, clock, registry, newUid, random, admit, approve, charge, allocatorOf };
  const key = signingKey(options.signingKeyPem ?? newSigningKeyPem());
  const parts: Parts = {
    context,
    rbac,
    authorize,
    tokens: accountTokens({ store, registry, clock, key, newUid }),
    key,
    kubelets,
    serviceAddress: addressAt(parseRange(serviceCidr), 1),
    fairness: createFairness(clock, options.fairness),
    housekeeping: startHousekeeping({ store, clock, eventPrefix: registry.need('', 'events').prefix, onError }),
    ended,
    onError,
  };
  const server = new ApiServer(parts);
  await server.start();
  return server;
}

/** Under this name the server does what it does by itself. */
const self = { username: 'system:apiserver', groups: ['system:masters'] };

const noWay = () => Promise.reject(new Error('this API server knows no way to the nodes'));
const noKubelets: Kubelets = { get: noWay, request: noWay, dial: noWay };

interface Parts {
  readonly context: Context;
  readonly rbac: Rbac;
  /** Node authorizer and RBAC, in upstream's order. */
  readonly authorize: Authorizer;
  readonly tokens: AccountTokens;
  readonly key: SigningKey;
  readonly kubelets: Kubelets;
  /** Of the Service `kubernetes`: the first of the range. */
  readonly serviceAddress: string;
  readonly fairness: Fairness;
  readonly housekeeping: AsyncDisposable;
  readonly ended: AbortController;
  readonly onError: (error: unknown) => void;
}

export class ApiServer implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #pipeline: Pipeline;
  readonly #metrics = createMetrics();
  readonly #listeners: Listener[] = [];
  readonly #handle: RequestHandler;
  readonly #ownService: OwnService;
  readonly #definitions: Definitions;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { context, rbac, authorize, tokens, key, kubelets, ended, onError } = parts;
    const { clock, random } = context;
    const subresources = [status, scale, binding, eviction, finalize, token(tokens), log(kubelets), ...podStreams(kubelets)];
    const reviews = [...accessReviews(authorize, rbac), ...identityReviews(tokens, clock)];
    const { registry } = context;
    const served = () => registry.resources.map(({ kind }) => kind);
    const discovery = liveDiscovery(registry, () => servedResources(served(), subresources, reviews));
    const documents = { discovery, openApi: liveOpenApi(registry, () => openApi({ kinds: served(), version: versionInfo.gitVersion })) };
    const checks = { ping: () => true, shutdown: () => !ended.signal.aborted };
    this.#pipeline = createPipeline({
      context,
      authorize,
      subresources,
      reviews,
      documents: async (path) => plainDocument(documents, path),
    });
    this.#handle = requestHandler({
      authenticate: authenticator(tokens),
      pipeline: this.#pipeline,
      plain: plainPaths({ ...documents, metrics: this.#metrics, key, checks }),
      metrics: this.#metrics,
      clock,
      random,
      fairness: parts.fairness,
      signal: ended.signal,
      onError,
    });
    const { store } = context;
    this.#definitions = new Definitions({ ...{ store, registry, clock, onError, signal: ended.signal }, client: this.as(self) });
    this.#ownService = new OwnService({
      ...{ store, registry, client: this.as(self), onError, signal: ended.signal },
      serviceAddress: parts.serviceAddress,
    });
  }

  /** Makes what must be there before anyone asks. */
  async start(): Promise<void> {
    await this.#definitions.start();
    await bootstrap({ client: this.as(self), serviceAddress: this.#parts.serviceAddress });
    this.#ownService.keep();
  }

  /** The API as this user sees it. `system:authenticated` is added to the groups, as authentication does. */
  as(user: { readonly username: string; readonly groups?: readonly string[] }): LocalClient {
    return new LocalClient(this.#pipeline, authenticated(user));
  }

  /** May be called for several addresses. Rejects with the system's error when one cannot be had. */
  async listen(options: ListenOptions): Promise<Listener> {
    const listener = await startListener(options, this.#handle);
    this.#listeners.push(listener);
    return listener;
  }

  /** Tells the cluster where pods reach the API: what the Service `kubernetes` leads to. */
  async publish(endpoint: { readonly address: string; readonly port: number }): Promise<void> {
    await this.#ownService.publish(endpoint);
  }

  /** Ends what the server runs by itself, and its listeners. The store stays open: it belongs to whoever opened it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.ended.abort();
    await this.#parts.housekeeping[Symbol.asyncDispose]();
    await this.#ownService[Symbol.asyncDispose]();
    await this.#definitions[Symbol.asyncDispose]();
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    this.#metrics[Symbol.dispose]();
  }
}

function newSigningKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function allServices(store: Store, resource: Resource): Promise<readonly Service[]> {
  const { entries } = await store.list(resource.prefix);
  // Everything under the prefix is a Service.
  return entries.map((entry) => resource.live(entry) as Service);
}
