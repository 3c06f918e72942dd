/**
 * The one place that judges: `explain(object, related)` says how an object fares, why, what proves it and what helps. Pure; list badges, details, port
 * map and notifications all ask it, so that no two of them disagree.
 */
import type { KubeObject } from '../api/object.ts';
import type { StepFailure } from '../api/steps.ts';
import type { Deployment, Node, Pod, ReplicaSet, Service } from '../api/types.gen.ts';
import { isCause } from './catalogue.ts';
import { explainNode } from './node.ts';
import { explainPod } from './pod.ts';
import type { Related } from './related.ts';
import { explainService } from './service.ts';
import { type Verdict, verdict } from './verdict.ts';
import { explainDeployment, explainReplicaSet } from './workload.ts';

// `kind` says which type an object has; the compiler cannot see that, hence the casts.
const judges: Readonly<Record<string, (object: KubeObject, related: Related) => Verdict>> = {
  Pod: (object, related) => explainPod(object as Pod, related),
  Deployment: (object, related) => explainDeployment(object as Deployment, related),
  ReplicaSet: (object, related) => explainReplicaSet(object as ReplicaSet, related),
  Service: (object, related) => explainService(object as Service, related),
  Node: (object) => explainNode(object as Node),
};

export function explain(object: KubeObject, related: Related = {}): Verdict {
  return judges[object.kind ?? '']?.(object, related) ?? verdict('ok');
}

/** Why a step of an operation, or a call to the host, failed. */
export function explainFailure({ code, params, message }: StepFailure): Verdict {
  const evidence = [{ source: 'host' as const, text: message }];
  return verdict(isCause(code) ? code : 'internal', { params, evidence });
}
