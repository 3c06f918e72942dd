/** NetworkPolicies. Upstream: pkg/apis/networking/validation/validation.go. */
import { forbiddenValue, invalidValue, notSupported, Path, required } from '../field-error.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../types.gen.ts';
import { isStrictSubset, validCidr } from './addresses.ts';
import { protocols } from './containers.ts';
import { type Errors, invalidEach, none, supportedIfSet } from './fields.ts';
import { validSelector } from './labels.ts';
import { portNameProblems, portNumberProblems } from './names.ts';

const policyTypes = ['Ingress', 'Egress'];

export function validateNetworkPolicy({ spec = { podSelector: {} } }: NetworkPolicy): Errors {
  const path = new Path('spec');
  const portsErrors = (at: Path, ports: readonly NetworkPolicyPort[] = []): Errors =>
    ports.flatMap((port, index) => portErrors(at.at('ports', index), port));
  const peersErrors = (at: Path, peers: readonly NetworkPolicyPeer[] = []): Errors =>
    peers.flatMap((peer, index) => peerErrors(at.at(index), peer));
  return [
    ...validSelector(path.at('podSelector'), spec.podSelector),
    ...(spec.ingress ?? []).flatMap(({ ports, from }, index) => [
      ...portsErrors(path.at('ingress', index), ports),
      ...peersErrors(path.at('ingress', index, 'from'), from),
    ]),
    ...(spec.egress ?? []).flatMap(({ ports, to }, index) => [
      ...portsErrors(path.at('egress', index), ports),
      ...peersErrors(path.at('egress', index, 'to'), to),
    ]),
    ...typeErrors(path.at('policyTypes'), spec.policyTypes ?? []),
  ];
}

function typeErrors(path: Path, types: readonly string[]): Errors {
  if (types.length > policyTypes.length) return [invalidValue(path, types, 'may not specify more than two policyTypes')];
  return types.flatMap((type, index) => (policyTypes.includes(type) ? none : [notSupported(path.at(index), type, policyTypes)]));
}

function portErrors(path: Path, { protocol, port, endPort }: NetworkPolicyPort): Errors {
  const end = path.at('endPort');
  const errors = supportedIfSet(path.at('protocol'), protocol, protocols);
  if (port === undefined)
    return endPort === undefined ? errors : [...errors, invalidValue(end, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string')
    return [
      ...errors,
      ...(endPort === undefined ? none : [invalidValue(end, endPort, 'may not be specified when `port` is non-numeric')]),
      ...invalidEach(path.at('port'), port, portNameProblems(port)),
    ];
  return [
    ...errors,
    ...invalidEach(path.at('port'), port, portNumberProblems(port)),
    ...(endPort !== undefined && endPort < port ? [invalidValue(end, port, 'must be greater than or equal to `port`')] : none),
    ...(endPort === undefined ? none : invalidEach(end, endPort, portNumberProblems(endPort))),
  ];
}

function peerErrors(path: Path, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): Errors {
  const given = [podSelector, namespaceSelector, ipBlock].filter((peer) => peer !== undefined).length;
  return [
    ...validSelector(path.at('podSelector'), podSelector),
    ...validSelector(path.at('namespaceSelector'), namespaceSelector),
    ...(ipBlock === undefined ? none : blockErrors(path.at('ipBlock'), ipBlock)),
    ...(given === 0 ? [required(path, 'must specify a peer')] : none),
    ...(given > 1 && ipBlock ? [forbiddenValue(path, 'may not specify both ipBlock and another peer')] : none),
  ];
}

function blockErrors(path: Path, { cidr, except = [] }: IPBlock): Errors {
  if (!cidr) return [required(path.at('cidr'))];
  const errors = validCidr(path.at('cidr'), cidr);
  if (errors.length > 0) return errors;
  return except.flatMap((part, index) => {
    const at = path.at('except', index);
    const wrong = validCidr(at, part);
    if (wrong.length > 0) return wrong;
    return isStrictSubset(part, cidr) ? none : [invalidValue(at, part, 'must be a strict subset of `cidr`')];
  });
}
