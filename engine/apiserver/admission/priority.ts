/** Turns a Pod's priority class into its number. Upstream: plugin/pkg/admission/priority. */
import { forbidden } from '../../api/errors.ts';
import type { Pod, PriorityClass } from '../../api/types.gen.ts';
import type { Admission, AdmissionRequest } from '../context.ts';
import type { Mirror } from '../mirror.ts';
import { isPodWrite } from './pods.ts';

type Classes = Mirror<PriorityClass>;

export function priority(classes: Classes): Admission {
  return async (request) => {
    const { group, plural } = request.target.resource.kind;
    if (group === 'scheduling.k8s.io' && plural === 'priorityclasses') return checkClass(classes, request);
    if (!isPodWrite(request)) return request.object;
    // `isPodWrite` has looked at the kind; what is there already was decoded as the same.
    const pod = request.object as Pod;
    return request.operation === 'CREATE' ? withPriority(classes, request, pod) : keepPriority(pod, request.old as Pod | undefined);
  };
}

function withPriority(classes: Classes, { target, name }: AdmissionRequest, pod: Pod): Pod {
  const { spec } = pod;
  const refuse = (message: string) => forbidden(target.resource.kind, name, message);
  const found = spec.priorityClassName ? byName(classes, spec.priorityClassName) : defaultClass(classes);
  if (spec.priorityClassName && !found) throw refuse(`no PriorityClass with name ${spec.priorityClassName} was found`);
  const value = found?.value ?? 0;
  const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
  const rest = 'must not be provided in pod spec; priority admission controller computed';
  if (spec.priority !== undefined && spec.priority !== value)
    throw refuse(`the integer value of priority (${spec.priority}) ${rest} ${value} from the given PriorityClass name`);
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy)
    throw refuse(`the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${rest} ${policy} from the given PriorityClass name`);
  const className = spec.priorityClassName || found?.metadata.name;
  return {
    ...pod,
    spec: { ...spec, ...(className ? { priorityClassName: className } : {}), priority: value, preemptionPolicy: policy },
  };
}

/** A client that replaces a Pod with its own manifest does not know the number. */
function keepPriority(pod: Pod, old: Pod | undefined): Pod {
  const priority = pod.spec.priority ?? old?.spec.priority;
  const preemptionPolicy = pod.spec.preemptionPolicy ?? old?.spec.preemptionPolicy;
  return {
    ...pod,
    spec: { ...pod.spec, ...(priority === undefined ? {} : { priority }), ...(preemptionPolicy ? { preemptionPolicy } : {}) },
  };
}

function byName(classes: Classes, name: string): PriorityClass | undefined {
  return [...classes.objects.values()].find(({ metadata }) => metadata.name === name);
}
/** Should two have slipped through, the lower one counts. */
function defaultClass(classes: Classes): PriorityClass | undefined {
  return [...classes.objects.values()].filter(({ globalDefault }) => globalDefault).toSorted((a, b) => a.value - b.value)[0];
}

function checkClass(classes: Classes, { operation, target, name, object }: AdmissionRequest): AdmissionRequest['object'] {
  if (operation === 'DELETE' || !(object as PriorityClass | undefined)?.globalDefault) return object;
  const known = defaultClass(classes);
  if (known && known.metadata.name !== name)
    throw forbidden(
      target.resource.kind,
      name,
      `PriorityClass ${known.metadata.name} is already marked as default. Only one default can exist`,
    );
  return object;
}
