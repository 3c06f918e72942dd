/** Endpoints and EndpointSlices. Upstream: pkg/apis/core/validation, pkg/apis/discovery/validation. */
import { duplicate, Path, required, tooMany } from '../field-error.ts';
import type { CoreEndpointPort, Endpoint, EndpointAddress, EndpointSlice, Endpoints } from '../types.gen.ts';
import { isIPv4, isIPv6, nonSpecialIP, validIP } from './addresses.ts';
import { protocols } from './containers.ts';
import { type Errors, immutable, invalidEach, none, oneOf, validLabel, validPort, validQualifiedName, validSubdomain } from './fields.ts';
import { dns1123SubdomainProblems } from './names.ts';

function addressErrors(path: Path, { ip, hostname, nodeName }: EndpointAddress): Errors {
  const form = validIP(path.at('ip'), ip);
  return [
    ...form,
    ...(hostname ? validLabel(path.at('hostname'), hostname) : none),
    ...(nodeName === undefined ? none : invalidEach(path.at('nodeName'), nodeName, dns1123SubdomainProblems(nodeName))),
    ...nonSpecialIP(path.at('ip'), ip),
  ];
}

function portErrors(path: Path, { name, port, protocol, appProtocol }: CoreEndpointPort, needsName: boolean): Errors {
  return [
    ...(needsName && !name ? [required(path.at('name'))] : none),
    ...(name ? validLabel(path.at('name'), name) : none),
    ...validPort(path.at('port'), port),
    ...oneOf(path.at('protocol'), protocol, protocols),
    ...(appProtocol === undefined ? none : validQualifiedName(path.at('appProtocol'), appProtocol)),
  ];
}

export function validateEndpoints({ subsets = [] }: Endpoints): Errors {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, index) => {
    const at = new Path('subsets').at(index);
    const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
    return [
      ...(isEmpty ? [required(at, 'must specify `addresses` or `notReadyAddresses`')] : none),
      ...addresses.flatMap((address, place) => addressErrors(at.at('addresses', place), address)),
      ...notReadyAddresses.flatMap((address, place) => addressErrors(at.at('notReadyAddresses', place), address)),
      ...ports.flatMap((port, place) => portErrors(at.at('ports', place), port, ports.length > 1)),
    ];
  });
}

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;

function sliceAddressErrors(path: Path, address: string, type: string): Errors {
  if (type === 'FQDN') return validSubdomain(path, address);
  const isOfFamily = type === 'IPv6' ? isIPv6(address) : isIPv4(address);
  const problem = `must be a valid ${type} address`;
  if (isOfFamily) return nonSpecialIP(path, address);
  return type === 'IPv4' || type === 'IPv6' ? invalidEach(path, address, [problem]) : none;
}

function endpointErrors(path: Path, { addresses, hostname, nodeName }: Endpoint, type: string): Errors {
  const at = path.at('addresses');
  return [
    ...(addresses.length === 0 ? [required(at, 'must contain at least 1 address')] : none),
    ...(addresses.length > maxAddresses ? [tooMany(at, addresses.length, maxAddresses)] : none),
    ...addresses.flatMap((address, index) => sliceAddressErrors(at.at(index), address, type)),
    ...(hostname === undefined ? none : validLabel(path.at('hostname'), hostname)),
    ...(nodeName === undefined ? none : invalidEach(path.at('nodeName'), nodeName, dns1123SubdomainProblems(nodeName))),
  ];
}

export function validateEndpointSlice({ addressType, endpoints, ports = [] }: EndpointSlice): Errors {
  const list = new Path('endpoints');
  const names = new Set<string>();
  return [
    ...oneOf(new Path('addressType'), addressType, ['FQDN', 'IPv4', 'IPv6']),
    ...(endpoints.length > maxEndpoints ? [tooMany(list, endpoints.length, maxEndpoints)] : none),
    ...endpoints.flatMap((endpoint, index) => endpointErrors(list.at(index), endpoint, addressType)),
    ...(ports.length > maxPorts ? [tooMany(new Path('ports'), ports.length, maxPorts)] : none),
    ...ports.flatMap(({ name = '', protocol, appProtocol }, index) => {
      const at = new Path('ports').at(index);
      const isTaken = names.has(name);
      names.add(name);
      return [
        ...(name ? validLabel(at.at('name'), name) : none),
        ...(isTaken ? [duplicate(at.at('name'), name)] : none),
        ...oneOf(at.at('protocol'), protocol, protocols),
        ...(appProtocol === undefined ? none : validQualifiedName(at.at('appProtocol'), appProtocol)),
      ];
    }),
  ];
}

export function validateEndpointSliceUpdate(next: EndpointSlice, old: EndpointSlice): Errors {
  return immutable(new Path('addressType'), next.addressType, old.addressType);
}
