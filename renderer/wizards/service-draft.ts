/** What the form that exposes a Deployment holds, the Service it stands for, and the kubectl line that makes the same one. Pure. */
import type { Container, Deployment, Service, ServicePort } from '../../engine/api/types.gen.ts';
import { namespaceFlag, quoted } from './shell.ts';

export type ServiceType = 'NodePort' | 'ClusterIP' | 'LoadBalancer';
export const serviceTypes: readonly ServiceType[] = ['NodePort', 'ClusterIP', 'LoadBalancer'];

export interface ServiceDraft {
  readonly name: string;
  readonly type: ServiceType;
  /** NaN while it is no number; so too below. */
  readonly port: number;
  /** A number, or the name of a container's port. */
  readonly targetPort: string;
  /** Undefined: the API server chooses one. */
  readonly nodePort: number | undefined;
}

export interface ContainerPortChoice {
  readonly container: string;
  readonly port: number;
  readonly name?: string | undefined;
  readonly protocol: string;
}

/** The ports that the Deployment's containers declare. */
export function containerPorts(deployment: Deployment): readonly ContainerPortChoice[] {
  const containers: readonly Container[] = deployment.spec.template.spec?.containers ?? [];
  return containers.flatMap(({ name: container, ports = [] }) =>
    ports.map(({ containerPort, name, protocol }) => ({ container, port: containerPort, name, protocol: protocol ?? 'TCP' })),
  );
}

export function initialService(deployment: Deployment, type: ServiceType = 'NodePort'): ServiceDraft {
  const port = containerPorts(deployment)[0]?.port;
  return {
    name: deployment.metadata.name ?? '',
    type,
    port: port ?? Number.NaN,
    targetPort: port === undefined ? '' : String(port),
    nodePort: undefined,
  };
}

/** `web`, or `web-2` where `web` is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  const candidates = [name, ...taken.map((_taken, index) => `${name}-${index + 2}`)];
  return candidates.find((candidate) => !taken.includes(candidate)) ?? name;
}

/** What the API server need not be asked about. */
export function isComplete({ name, port, nodePort }: ServiceDraft): boolean {
  return name !== '' && Number.isInteger(port) && (nodePort === undefined || Number.isInteger(nodePort));
}

export function targetPortOf(draft: ServiceDraft): number | string {
  const text = draft.targetPort.trim();
  if (text === '') return draft.port;
  return /^[0-9]+$/.test(text) ? Number(text) : text;
}

export function serviceOf(draft: ServiceDraft, deployment: Deployment): Service {
  const { labels, namespace } = deployment.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: draft.name, namespace: namespace ?? 'default', ...(labels && Object.keys(labels).length > 0 ? { labels } : {}) },
    spec: {
      type: draft.type,
      selector: deployment.spec.selector.matchLabels ?? {},
      ports: [portOf(draft, deployment)],
    },
  };
}

function portOf(draft: ServiceDraft, deployment: Deployment): ServicePort {
  const nodePort = draft.type === 'ClusterIP' ? undefined : draft.nodePort;
  return {
    port: draft.port,
    targetPort: targetPortOf(draft),
    protocol: protocolOf(draft, deployment),
    ...(nodePort === undefined ? {} : { nodePort }),
  };
}
/** The protocol that the containers declare for the port, as `kubectl expose` finds it: by `port`, not by `targetPort`. */
function protocolOf({ port }: ServiceDraft, deployment: Deployment): string {
  return containerPorts(deployment).find((choice) => choice.port === port)?.protocol ?? 'TCP';
}

/** `kubectl expose` has no flag for nodePort: it is laid over the Service it makes. */
export function serviceCommands(draft: ServiceDraft, deployment: Deployment): readonly string[] {
  const { name = '', namespace = 'default' } = deployment.metadata;
  const port = portOf(draft, deployment);
  const flags = [
    draft.type === 'ClusterIP' ? '' : ` --type=${draft.type}`,
    ` --port=${Number.isNaN(draft.port) ? '' : draft.port}`,
    port.targetPort === draft.port ? '' : ` --target-port=${quoted(String(port.targetPort))}`,
    draft.name === name ? '' : ` --name=${quoted(draft.name)}`,
    namespaceFlag(namespace),
  ];
  const line = `kubectl expose deployment ${quoted(name)}${flags.join('')}`;
  if (port.nodePort === undefined) return [line];
  return [`${line} \\`, `  --overrides=${quoted(JSON.stringify({ apiVersion: 'v1', spec: { ports: [port] } }))}`];
}
