/** The Node object of a node that is only played. Pure. */
import type { Node, NodeStatus } from '../../api/types.gen.ts';
import { kubeletVersion, newNode, nodeStatus } from '../kubelet/node-status.ts';

export interface SimulatedNode {
  readonly name: string;
  readonly ip: string;
  readonly podCidr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** As roomy as a machine that many lessons fit into. */
const cpus = 16;
const gib = 1024 ** 3;
const memoryBytes = 64 * gib;
const storageBytes = 256 * gib;

export function simulatedNodeObject({ name, labels, podCidr }: SimulatedNode): Node {
  return newNode({ nodeName: name, labels: { ...labels, 'minato.dev/simulated': 'true' }, podCidr }, 'amd64');
}

export function simulatedNodeStatus(node: SimulatedNode, now: number): NodeStatus {
  const runtime = {
    name: 'simulated',
    version: kubeletVersion.slice(1),
    apiVersion: '',
    cpus,
    memoryBytes,
    kernelVersion: 'simulated',
    osImage: 'Simulated node',
    architecture: 'amd64',
  };
  const facts = { runtime, storageBytes, machineId: node.name, systemUuid: node.name, bootId: node.name, osImage: runtime.osImage };
  return nodeStatus({
    config: { nodeName: node.name, nodeIp: node.ip, server: { port: 10250 } },
    facts,
    images: [],
    problem: undefined,
    previous: [],
    now,
  });
}
