/** Variables that tell a container where Services are. Upstream: pkg/kubelet/envvars. */
import type { Pod, Service, ServicePort } from '../../api/types.gen.ts';

/** Services of the pod's namespace (unless it declined), and always the API itself. */
export function serviceEnvironment(pod: Pod, services: readonly Service[]): ReadonlyMap<string, string> {
  const wantsAll = pod.spec.enableServiceLinks !== false;
  const result = new Map<string, string>();
  for (const service of services) {
    const { name = '', namespace } = service.metadata;
    const isApi = namespace === 'default' && name === 'kubernetes';
    const address = service.spec.clusterIP;
    if (!address || address === 'None' || !(isApi || (wantsAll && namespace === pod.metadata.namespace))) continue;
    // The namespace's own Service named kubernetes wins over the API's.
    if (isApi && namespace !== pod.metadata.namespace && result.has('KUBERNETES_SERVICE_HOST')) continue;
    for (const [key, value] of variablesOf(name, address, service.spec.ports ?? [])) result.set(key, value);
  }
  return result;
}

function variablesOf(name: string, address: string, ports: readonly ServicePort[]): readonly (readonly [string, string])[] {
  const prefix = variableName(name);
  const [first] = ports;
  if (!first) return [[`${prefix}_SERVICE_HOST`, address]];
  return [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports
      .filter((port) => port.name)
      .map((port): [string, string] => [`${prefix}_SERVICE_PORT_${variableName(port.name ?? '')}`, String(port.port)]),
    [`${prefix}_PORT`, `${protocolOf(first).toLowerCase()}://${address}:${first.port}`],
    ...ports.flatMap((port): [string, string][] => {
      const protocol = protocolOf(port);
      const portPrefix = `${prefix}_PORT_${port.port}_${protocol}`;
      return [
        [portPrefix, `${protocol.toLowerCase()}://${address}:${port.port}`],
        [`${portPrefix}_PROTO`, protocol.toLowerCase()],
        [`${portPrefix}_PORT`, String(port.port)],
        [`${portPrefix}_ADDR`, address],
      ];
    }),
  ];
}
const protocolOf = (port: ServicePort): string => port.protocol ?? 'TCP';
const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
