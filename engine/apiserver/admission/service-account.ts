/**
 * Gives each Pod a ServiceAccount, and the token with which its containers speak to the API.
 * Upstream: plugin/pkg/admission/serviceaccount.
 */
import type { Clock } from '../../api/clock.ts';
import { forbidden } from '../../api/errors.ts';
import type { Container, Pod, ServiceAccount, Volume } from '../../api/types.gen.ts';
import type { Store } from '../../store/store.ts';
import type { Admission, AdmissionRequest } from '../context.ts';
import type { Resource } from '../resource.ts';
import { isPodWrite } from './pods.ts';

const defaultName = 'default';
const volumePrefix = 'kube-api-access-';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const mirrorAnnotation = 'kubernetes.io/config.mirror';
/** An hour and seven seconds: tells these tokens from those that someone asked an hour for. */
const tokenSeconds = 3607;
/** A new namespace's account is made by a controller; it is given this long to appear. */
const timeoutMs = 1000;

export interface ServiceAccountOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly accounts: Resource;
  readonly suffix: () => string;
}

export function serviceAccount(options: ServiceAccountOptions): Admission {
  return async (request) => {
    if (!isPodWrite(request) || request.operation !== 'CREATE') return request.object;
    // `isPodWrite` has looked at the kind.
    const pod = request.object as Pod;
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) return pod;
    const accountName = pod.spec.serviceAccountName || defaultName;
    const account = await findAccount(options, request, accountName);
    const pullSecrets = pod.spec.imagePullSecrets?.length ? pod.spec.imagePullSecrets : account.imagePullSecrets;
    const named: Pod = {
      ...pod,
      spec: {
        ...pod.spec,
        serviceAccountName: accountName,
        serviceAccount: accountName,
        ...(pullSecrets?.length ? { imagePullSecrets: pullSecrets } : {}),
      },
    };
    const mounts = pod.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    return mounts ? withToken(named, options.suffix) : named;
  };
}

async function findAccount(
  { store, clock, accounts }: ServiceAccountOptions,
  request: AdmissionRequest,
  name: string,
): Promise<ServiceAccount> {
  const namespace = request.target.namespace ?? '';
  const key = accounts.key(namespace, name);
  const entry = (await store.get(key)) ?? (name === defaultName ? await appearance(store, clock, key) : undefined);
  // The key is one of ServiceAccounts.
  if (entry) return accounts.live(entry) as ServiceAccount;
  const problem = `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
  throw forbidden(request.target.resource.kind, request.name, problem);
}

async function appearance(store: Store, clock: Clock, key: string): Promise<Awaited<ReturnType<Store['get']>>> {
  const ended = new AbortController();
  const cancel = clock.timer(timeoutMs, () => ended.abort());
  try {
    const after = store.revision;
    const entry = await store.get(key);
    if (entry) return entry;
    for await (const changes of store.watch(key, { after, signal: ended.signal }))
      for (const change of changes) if (change.type === 'create' && change.entry.key === key) return change.entry;
    return undefined;
  } finally {
    cancel();
    ended.abort();
  }
}

function withToken(pod: Pod, suffix: () => string): Pod {
  const { spec } = pod;
  const volumes = spec.volumes ?? [];
  const known = volumes.find(({ name }) => name.startsWith(volumePrefix));
  const name = known?.name ?? volumePrefix + suffix();
  let isMounted = false;
  const mount = (container: Container): Container => {
    if (container.volumeMounts?.some((one) => one.mountPath === mountPath)) return container;
    isMounted = true;
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }] };
  };
  const containers = spec.containers.map(mount);
  const initContainers = spec.initContainers?.map(mount);
  if (!isMounted) return pod;
  return {
    ...pod,
    spec: {
      ...spec,
      containers,
      ...(initContainers ? { initContainers } : {}),
      volumes: known ? volumes : [...volumes, tokenVolume(name)],
    },
  };
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 420,
    },
  };
}
