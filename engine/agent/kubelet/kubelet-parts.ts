/** What all pod workers of a kubelet share. Made in `kubelet.ts`. */
import type { Container, ObjectReference, Pod } from '../../api/types.gen.ts';
import type { AgentContext, PodNetwork } from '../context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Volumes } from '../volumes/volumes.ts';
import type { ObjectReader } from './environment.ts';
import type { NodeFacts } from './field-values.ts';
import type { Emit, Images } from './images.ts';
import type { IpPool } from './ip-pool.ts';
import type { EventSink } from './pod-events.ts';
import { initContainers } from './pod-view.ts';
import type { RuntimeWatch } from './runtime-watch.ts';
import type { StatusWriter } from './status-writer.ts';

export interface KubeletParts {
  readonly context: AgentContext;
  readonly runtime: Runtime;
  readonly network: PodNetwork;
  readonly watch: RuntimeWatch;
  readonly images: Images;
  readonly volumes: Volumes;
  readonly events: EventSink;
  readonly statuses: StatusWriter;
  readonly ips: IpPool;
  readonly objects: ObjectReader;
  readonly node: () => NodeFacts;
  /** Variables that tell the pod where Services are. */
  readonly serviceEnvironment: (pod: Pod) => ReadonlyMap<string, string>;
  readonly nodeResolvConf: string;
}

export function podReference(pod: Pod, container?: Container): ObjectReference {
  const isInit = container && initContainers(pod).some(({ name }) => name === container.name);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    ...(pod.metadata.namespace ? { namespace: pod.metadata.namespace } : {}),
    ...(pod.metadata.name ? { name: pod.metadata.name } : {}),
    ...(pod.metadata.uid ? { uid: pod.metadata.uid } : {}),
    ...(pod.metadata.resourceVersion ? { resourceVersion: pod.metadata.resourceVersion } : {}),
    ...(container ? { fieldPath: `spec.${isInit ? 'initContainers' : 'containers'}{${container.name}}` } : {}),
  };
}
/** Events about the pod, or about one of its containers. */
export function emitter(parts: KubeletParts, pod: Pod, container?: Container): Emit {
  const about = podReference(pod, container);
  return (type, reason, message) => parts.events.emit(about, type, reason, message);
}
