import type { ClusterView } from '../cluster-view.ts';
import type { NodeInfo } from '../node-info.ts';
import { maxScore, type Score } from '../plugin.ts';

const smallest = 23 * 1024 * 1024;
const largestPerContainer = 1000 * 1024 * 1024;

/** The more bytes of the pod's images a node has, the better; images that few nodes have count less, lest one node attract everything. */
export const imageLocality: Score = {
  name: 'ImageLocality',
  weight: 1,
  score({ spec }, nodes, cluster) {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const images = containers.map(({ image = '' }) => withTag(image)).filter((image) => cluster.imageNodes(image) > 0);
    if (images.length === 0) return undefined;
    const largest = largestPerContainer * containers.length;
    return nodes.map((node) => {
      const present = images.reduce((sum, image) => sum + presence(image, node, cluster), 0);
      const bounded = Math.min(Math.max(present, smallest), largest);
      return Math.trunc((maxScore * (bounded - smallest)) / (largest - smallest));
    });
  },
};

function presence(image: string, node: NodeInfo, cluster: ClusterView): number {
  const sizeBytes = node.images.get(image) ?? 0;
  return sizeBytes === 0 ? 0 : Math.trunc(sizeBytes * (cluster.imageNodes(image) / cluster.nodes.length));
}

/** Nodes list images with their tag. */
function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
