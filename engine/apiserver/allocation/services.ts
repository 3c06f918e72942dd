/**
 * Cluster IPs and node ports of Services. This process is the only writer, and a claim is made in one go, so no two Services ever see
 * the same address or port free. Upstream: pkg/registry/core/service/storage/alloc.go.
 */
import { ApiError, invalid } from '../../api/errors.ts';
import { type FieldError, invalidValue, Path } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';
import type { Allocator, Claim } from '../context.ts';
import { type AddressRange, formatAddress, parseAddress } from './addresses.ts';
import { createPool, type Pool, reservedOf } from './pool.ts';

const firstPort = 30_000;
const lastPort = 32_767;
const spec = new Path('spec');

export interface ServiceAllocatorOptions {
  readonly range: AddressRange;
  readonly random: () => number;
  /** What is there at the start. */
  readonly services: readonly Service[];
}

/** What one claim has taken, so that it can be given back. */
interface Taken {
  readonly addresses: number[];
  readonly ports: number[];
}

export function createServiceAllocator({ range, random, services }: ServiceAllocatorOptions): Allocator {
  const addresses = addressPool(range);
  const ports = createPool({
    first: firstPort,
    last: lastPort,
    reserved: reservedOf(lastPort - firstPort + 1, { divisor: 32, max: 128 }),
  });
  const pools: Pools = { addresses, ports, range, random };
  for (const service of services) {
    for (const address of addressesOf(service)) addresses.take(address);
    for (const port of portsOf(service)) ports.take(port);
  }
  const free = ({ addresses: someAddresses, ports: somePorts }: Taken): void => {
    for (const address of someAddresses) addresses.free(address);
    for (const port of somePorts) ports.free(port);
  };
  return {
    claim(next, old, dryRun) {
      // The registry asks this allocator about Services only.
      return claim(pools, { next: next as Service, old: old as Service | undefined, dryRun }, free);
    },
    release: (object) => free({ addresses: [...addressesOf(object as Service)], ports: [...portsOf(object as Service)] }),
  };
}

interface Pools {
  readonly addresses: Pool;
  readonly ports: Pool;
  readonly range: AddressRange;
  readonly random: () => number;
}
interface Wanted {
  readonly next: Service;
  readonly old: Service | undefined;
  readonly dryRun: boolean;
}

function claim(pools: Pools, { next, old, dryRun }: Wanted, free: (taken: Taken) => void): Claim {
  const taken: Taken = { addresses: [], ports: [] };
  const giveBack = (): void => {
    free(taken);
    taken.addresses.length = 0;
    taken.ports.length = 0;
  };
  try {
    const object: KubeObject = withPorts(pools, taken, { next: withAddress(pools, taken, { next, old }), old });
    const leftBehind = (): Taken => ({
      addresses: minus(addressesOf(old), addressesOf(object as Service)),
      ports: minus(portsOf(old), portsOf(object as Service)),
    });
    return { object, keep: dryRun ? giveBack : () => free(leftBehind()), giveBack };
  } catch (error) {
    giveBack();
    throw error;
  }
}

function minus(all: ReadonlySet<number>, kept: ReadonlySet<number>): number[] {
  return [...all].filter((one) => !kept.has(one));
}

type Change = Omit<Wanted, 'dryRun'>;

function withAddress(pools: Pools, taken: Taken, { next, old }: Change): Service {
  if (!hasAddress(next.spec)) return next;
  checkFamilies(next);
  const family = {
    ipFamilies: next.spec.ipFamilies?.length ? next.spec.ipFamilies : ['IPv4'],
    ipFamilyPolicy: next.spec.ipFamilyPolicy ?? 'SingleStack',
  };
  const asked = next.spec.clusterIP || next.spec.clusterIPs?.[0];
  if (asked === 'None') return { ...next, spec: { ...next.spec, clusterIP: 'None', clusterIPs: ['None'], ...family } };
  const number = asked ? takeAsked(pools, taken, { next, old, asked }) : takeFree(pools, taken);
  const clusterIP = number === undefined ? (asked ?? '') : formatAddress(number);
  return { ...next, spec: { ...next.spec, clusterIP, clusterIPs: [clusterIP], ...family } };
}

/** Undefined when it is no address: validation says what is wrong with it. */
function takeAsked(
  { addresses, range }: Pools,
  taken: Taken,
  { next, old, asked }: Change & { readonly asked: string },
): number | undefined {
  const number = parseAddress(asked);
  if (number === undefined || addressesOf(old).has(number)) return number;
  const refuse = (problem: string) =>
    refused(next, invalidValue(spec.at('clusterIPs'), next.spec.clusterIPs ?? [asked], `failed to allocate IP ${asked}: ${problem}`));
  if (number <= range.base || number >= range.base + range.size - 1)
    throw refuse(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${range.cidr}`);
  if (!addresses.take(number)) throw refuse('provided IP is already allocated');
  taken.addresses.push(number);
  return number;
}

function takeFree({ addresses, random }: Pools, taken: Taken): number {
  const number = addresses.takeAny(random);
  if (number === undefined) throw new ApiError('InternalError', 'Internal error occurred: failed to allocate a serviceIP: range is full');
  taken.addresses.push(number);
  return number;
}

function checkFamilies(service: Service): void {
  const { ipFamilies = [], ipFamilyPolicy } = service.spec;
  const other = ipFamilies.indexOf('IPv6');
  if (ipFamilyPolicy === 'RequireDualStack')
    throw refused(
      service,
      invalidValue(spec.at('ipFamilyPolicy'), ipFamilyPolicy, 'this cluster is not configured for dual-stack services'),
    );
  if (other >= 0) throw refused(service, invalidValue(spec.at('ipFamilies', other), 'IPv6', 'not configured on this cluster'));
}

function withPorts(pools: Pools, taken: Taken, { next, old }: Change): Service {
  if (!hasNodePorts(next.spec)) return next;
  const before = portsOf(old);
  const own = new Map<number, Set<string>>();
  const assign = (port: ServicePort, index: number): ServicePort => {
    const nodePort = port.nodePort ? takeAskedPort(pools, taken, { next, port, index, known: before, own }) : takeFreePort(pools, taken);
    own.set(nodePort, (own.get(nodePort) ?? new Set()).add(port.protocol ?? 'TCP'));
    return { ...port, nodePort };
  };
  // Those who ask come first: what they ask for must not be given to another port of the same Service.
  const ports = next.spec.ports ?? [];
  const asked = ports.map((port, index) => (port.nodePort ? assign(port, index) : port));
  const assigned = asked.map((port, index) => (port.nodePort ? port : assign(port, index)));
  return { ...next, spec: { ...next.spec, ports: assigned, ...healthCheck(pools, taken, { next, old }) } };
}

interface AskedPort {
  readonly next: Service;
  readonly port: ServicePort;
  readonly index: number;
  readonly known: ReadonlySet<number>;
  /** Which protocols this Service has on a port already. */
  readonly own: ReadonlyMap<number, ReadonlySet<string>>;
}
function takeAskedPort({ ports }: Pools, taken: Taken, { next, port, index, known, own }: AskedPort): number {
  const { nodePort = 0, protocol = 'TCP' } = port;
  const protocols = own.get(nodePort);
  // One number serves several protocols of the same Service; that one protocol has it twice is for validation to refuse.
  if (known.has(nodePort) || (protocols && !protocols.has(protocol))) return nodePort;
  takePort(ports, taken, { service: next, path: spec.at('ports', index, 'nodePort'), number: nodePort });
  return nodePort;
}

interface FixedPort {
  readonly service: Service;
  readonly path: Path;
  readonly number: number;
}
function takePort(ports: Pool, taken: Taken, { service, path, number }: FixedPort): void {
  const refuse = (problem: string) => refused(service, invalidValue(path, number, problem));
  if (number < firstPort || number > lastPort)
    throw refuse(`provided port is not in the valid range. The range of valid ports is ${firstPort}-${lastPort}`);
  if (!ports.take(number)) throw refuse('provided port is already allocated');
  taken.ports.push(number);
}

function takeFreePort({ ports, random }: Pools, taken: Taken): number {
  const number = ports.takeAny(random);
  if (number === undefined) throw new ApiError('InternalError', 'Internal error occurred: failed to allocate a nodePort: range is full');
  taken.ports.push(number);
  return number;
}

function healthCheck(pools: Pools, taken: Taken, { next, old }: Change): Partial<ServiceSpec> {
  const { type, externalTrafficPolicy, healthCheckNodePort } = next.spec;
  if (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local') return {};
  if (!healthCheckNodePort) return { healthCheckNodePort: takeFreePort(pools, taken) };
  if (portsOf(old).has(healthCheckNodePort)) return {};
  takePort(pools.ports, taken, { service: next, path: spec.at('healthCheckNodePort'), number: healthCheckNodePort });
  return {};
}

function hasAddress({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName';
}
function hasNodePorts({ type, allocateLoadBalancerNodePorts, ports }: ServiceSpec): boolean {
  if (type === 'NodePort') return true;
  return type === 'LoadBalancer' && (allocateLoadBalancerNodePorts !== false || (ports ?? []).some(({ nodePort }) => nodePort));
}

function addressesOf(service: Service | undefined): ReadonlySet<number> {
  const { type, clusterIPs = [] } = service?.spec ?? {};
  return new Set(type === 'ExternalName' ? [] : clusterIPs.flatMap((address) => parseAddress(address) ?? []));
}
function portsOf(service: Service | undefined): ReadonlySet<number> {
  const { type, ports = [], healthCheckNodePort } = service?.spec ?? {};
  if (type !== 'NodePort' && type !== 'LoadBalancer') return new Set();
  return new Set([...ports.map(({ nodePort }) => nodePort), healthCheckNodePort].flatMap((port) => (port ? [port] : [])));
}

function addressPool({ base, size }: AddressRange): Pool {
  return createPool({ first: base + 1, last: base + size - 2, reserved: reservedOf(size, { divisor: 16, max: 256 }) });
}

function refused(service: Service, error: FieldError): ApiError {
  return invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', [error]);
}
