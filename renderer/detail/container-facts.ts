/** What is to be said about the containers of a pod or a pod template, with what their statuses add. Pure. */
import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvFromSource,
  EnvVar,
  Pod,
  PodSpec,
  Probe,
  Volume,
} from '../../engine/api/types.gen.ts';
import type { Level } from '../../engine/explain/cause.ts';

export interface ContainerView {
  readonly container: Container;
  readonly isInit: boolean;
  readonly status: ContainerStatus | undefined;
}

export function containerViews(spec: PodSpec, pod?: Pod): readonly ContainerView[] {
  const statusOf = (statuses: readonly ContainerStatus[] | undefined, name: string) => statuses?.find((status) => status.name === name);
  return [
    ...(spec.initContainers ?? []).map((container) => ({
      container,
      isInit: true,
      status: statusOf(pod?.status?.initContainerStatuses, container.name),
    })),
    ...spec.containers.map((container) => ({ container, isInit: false, status: statusOf(pod?.status?.containerStatuses, container.name) })),
  ];
}

export interface StateView {
  readonly level: Level;
  /** `Running`, `Waiting`, `Terminated`: describe's words. */
  readonly word: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly exitCode: number | undefined;
  readonly since: string | undefined;
}

const calm = new Set(['ContainerCreating', 'PodInitializing']);

export function stateView(state: ContainerState | undefined): StateView | undefined {
  if (state?.running) return { ...nothing, level: 'ok', word: 'Running', since: state.running.startedAt };
  if (state?.waiting) {
    const { reason, message } = state.waiting;
    return { ...nothing, level: reason === undefined || calm.has(reason) ? 'info' : 'error', word: 'Waiting', reason, message };
  }
  if (!state?.terminated) return undefined;
  const { exitCode, reason, message, signal, finishedAt } = state.terminated;
  return {
    level: exitCode === 0 ? 'ok' : 'error',
    word: 'Terminated',
    reason: reason ?? (signal ? `Signal ${signal}` : undefined),
    message,
    exitCode,
    since: finishedAt,
  };
}
const nothing = { reason: undefined, message: undefined, exitCode: undefined, since: undefined };

export interface EnvView {
  readonly name: string;
  readonly value: string;
  /** Said in describe's words: where the value comes from. */
  readonly isReference: boolean;
}
export function envViews({ env = [], envFrom = [] }: Pick<Container, 'env' | 'envFrom'>): readonly EnvView[] {
  return [...env.map(envView), ...envFrom.map(envFromView)];
}
function envView({ name, value, valueFrom }: EnvVar): EnvView {
  if (!valueFrom) return { name, value: value ?? '', isReference: false };
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const text =
    (configMapKeyRef && `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name}'>`) ??
    (secretKeyRef && `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name}'>`) ??
    (fieldRef && `(${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`) ??
    (resourceFieldRef && `(${resourceFieldRef.resource})`);
  return { name, value: text ?? '', isReference: true };
}
function envFromView({ configMapRef, secretRef, prefix }: EnvFromSource): EnvView {
  const source = configMapRef ? `ConfigMap ${configMapRef.name}` : `Secret ${secretRef?.name ?? ''}`;
  return { name: `${prefix ?? ''}*`, value: source, isReference: true };
}

export interface MountView {
  readonly path: string;
  /** `data (rw)` */
  readonly from: string;
  /** `EmptyDir`, `ConfigMap web`, … */
  readonly volume: string;
}
export function mountViews({ volumeMounts = [] }: Container, volumes: readonly Volume[] = []): readonly MountView[] {
  return volumeMounts.map(({ name, mountPath, readOnly, subPath }) => ({
    path: mountPath,
    from: `${name} (${readOnly ? 'ro' : 'rw'}${subPath ? `,path="${subPath}"` : ''})`,
    volume: volumeText(volumes.find((volume) => volume.name === name)),
  }));
}
function volumeText(volume: Volume | undefined): string {
  if (!volume) return '';
  const { emptyDir, configMap, secret, hostPath, persistentVolumeClaim, projected } = volume;
  if (emptyDir) return 'EmptyDir';
  if (configMap) return `ConfigMap ${configMap.name ?? ''}`;
  if (secret) return `Secret ${secret.secretName ?? ''}`;
  if (hostPath) return `HostPath ${hostPath.path}`;
  if (persistentVolumeClaim) return `PersistentVolumeClaim ${persistentVolumeClaim.claimName}`;
  if (projected) return 'Projected';
  return Object.keys(volume).find((key) => key !== 'name') ?? '';
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
export function probeText(probe: Probe): string {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const how =
    (exec && `exec [${(exec.command ?? []).join(' ')}]`) ??
    (httpGet && `http-get ${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${httpGet.host ?? ''}:${httpGet.port}${httpGet.path ?? '/'}`) ??
    (tcpSocket && `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port}`) ??
    (grpc && `grpc <pod>:${grpc.port}`) ??
    'unknown';
  const { initialDelaySeconds = 0, timeoutSeconds = 1, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe;
  return `${how} delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
}

/** Name and value, as describe lists them; what is empty is left out. */
export function containerFacts({ container, status }: ContainerView): readonly { readonly name: string; readonly value: string }[] {
  const {
    image,
    imagePullPolicy,
    command,
    args,
    ports = [],
    resources,
    livenessProbe,
    readinessProbe,
    startupProbe,
    workingDir,
  } = container;
  const amounts = (record: Readonly<Record<string, string>> | undefined): string =>
    Object.entries(record ?? {})
      .map(([name, amount]) => `${name}: ${amount}`)
      .join(', ');
  const facts = {
    Image: image ?? '',
    'Image ID': status?.imageID ?? '',
    'Image Pull Policy': imagePullPolicy ?? '',
    'Container ID': status?.containerID ?? '',
    Ports: ports.map(({ containerPort, protocol = 'TCP', name }) => `${containerPort}/${protocol}${name ? ` (${name})` : ''}`).join(', '),
    'Working Dir': workingDir ?? '',
    Command: (command ?? []).map((word) => JSON.stringify(word)).join(' '),
    Args: (args ?? []).map((word) => JSON.stringify(word)).join(' '),
    Limits: amounts(resources?.limits),
    Requests: amounts(resources?.requests),
    Liveness: livenessProbe ? probeText(livenessProbe) : '',
    Readiness: readinessProbe ? probeText(readinessProbe) : '',
    Startup: startupProbe ? probeText(startupProbe) : '',
  };
  return Object.entries(facts)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}
