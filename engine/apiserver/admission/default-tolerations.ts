/** Pods leave a node that is not ready or not reachable after five minutes, unless they say otherwise. Upstream: plugin/pkg/admission/defaulttolerationseconds. */
import type { Pod, Toleration } from '../../api/types.gen.ts';
import type { Admission } from '../context.ts';
import { isPodWrite } from './pods.ts';

const seconds = 300;
const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export const defaultTolerations: Admission = async (request) => {
  if (!isPodWrite(request)) return request.object;
  // `isPodWrite` has looked at the kind.
  const pod = request.object as Pod;
  const given = pod.spec.tolerations ?? [];
  const added = taints
    .filter((key) => !given.some((toleration) => tolerates(toleration, key)))
    .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }));
  if (added.length === 0) return pod;
  const next: Pod = { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } };
  return next;
};

function tolerates({ key = '', effect = '' }: Toleration, taint: string): boolean {
  return (key === '' || key === taint) && (effect === '' || effect === 'NoExecute');
}
