import { type Filter, reject } from '../plugin.ts';

const taken = reject("node(s) didn't have free ports for the requested pod ports", false);

export const nodePorts: Filter = {
  name: 'NodePorts',
  prepare({ hostPorts }) {
    return hostPorts.length === 0 ? undefined : (node) => (hostPorts.some((port) => node.isPortUsed(port)) ? taken : undefined);
  },
  requeueOn: ['node-added', 'pod-removed'],
};
