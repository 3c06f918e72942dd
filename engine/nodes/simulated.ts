/** Nodes that run no containers: nothing to find, build or remove. What happens on them is played by `engine/agent/simulated`, in the control plane. */
import { availableParallelism, totalmem } from 'node:os';
import { detail } from '../api/step-detail.ts';
import type { NodeProvider } from './node-provider.ts';

const nothing = async () => undefined;

export function simulatedProvider(): NodeProvider {
  return {
    driver: 'simulated',
    preflight: async () => ({
      driver: 'simulated',
      title: 'Simulated nodes',
      architecture: process.arch,
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
    }),
    isSubnetFree: async () => true,
    ensureImage: async () => '',
    ensureSampleImage: async () => detail('image-unneeded'),
    ensureNetwork: nothing,
    ensureNode: nothing,
    stopNode: nothing,
    deleteCluster: nothing,
    leftovers: async () => [],
    clusters: async () => [],
    watchEngine: () => undefined,
  };
}
