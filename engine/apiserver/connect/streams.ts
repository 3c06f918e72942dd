/** `/exec`, `/attach` and `/portforward` of a Pod: what can be refused is refused here, the rest is the node's. Upstream: pkg/registry/core/pod/rest. */
import { badRequest } from '../../api/errors.ts';
import type { Pod } from '../../api/types.gen.ts';
import { type Call, type Handler, named, type Subresource } from '../call.ts';
import type { Context } from '../context.ts';
import type { Kubelets } from '../kubelets.ts';
import { containerOf } from '../subresources/log.ts';
import { get } from '../verbs/get.ts';

const ofPods: Subresource['isPartOf'] = ({ group, plural }) => group === '' && plural === 'pods';
const shape = (kind: string) => ({ group: '', version: 'v1', kind });

export function podStreams(kubelets: Kubelets): readonly Subresource[] {
  const part = (name: string, kind: string, pathOf: (pod: Pod, query: URLSearchParams) => string): Subresource => {
    const connect: Handler = async (context, call) =>
      streamTo(kubelets, await podOf(context, call), (pod) => pathOf(pod, call.parameters.query));
    return { name, isPartOf: ofPods, shape: shape(kind), connects: true, verbs: { create: connect, get: connect } };
  };
  return [
    part('exec', 'PodExecOptions', (pod, query) => containerPath('exec', pod, query)),
    part('attach', 'PodAttachOptions', (pod, query) => containerPath('attach', pod, query)),
    part('portforward', 'PodPortForwardOptions', (pod, query) => {
      const ports = new URLSearchParams(query.getAll('ports').map((port): [string, string] => ['port', port]));
      return `/portForward/${pod.metadata.namespace}/${pod.metadata.name}?${ports}`;
    }),
  ];
}

export async function podOf(context: Context, { target }: Call): Promise<Pod> {
  // Only Pods have these parts.
  return (await get(context, named(target))) as unknown as Pod;
}

function streamTo(kubelets: Kubelets, pod: Pod, pathOf: (pod: Pod) => string): Awaited<ReturnType<Handler>> {
  const path = pathOf(pod);
  const { nodeName: node } = pod.spec;
  if (!node) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return {
    type: 'relay',
    relay: { upgradeRequired: true, open: (request) => kubelets.request({ ...request, node, path }) },
  };
}

/** The kubelet's names of what the API calls stdin, stdout and stderr. */
const flags = { stdin: 'input', stdout: 'output', stderr: 'error', tty: 'tty' } as const;

function containerPath(verb: string, pod: Pod, query: URLSearchParams): string {
  const { namespace, name } = pod.metadata;
  const kept = new URLSearchParams();
  for (const [theirs, ours] of Object.entries(flags)) if (isTrue(query.get(theirs))) kept.set(ours, '1');
  for (const command of query.getAll('command')) kept.append('command', command);
  return `/${verb}/${namespace}/${name}/${containerOf(pod, query.get('container'))}?${kept}`;
}

/** As the API's query decoder reads booleans: everything but these is true. */
function isTrue(text: string | null): boolean {
  return text !== null && !['', '0', 'false', 'False', 'f', 'F', 'FALSE'].includes(text);
}
