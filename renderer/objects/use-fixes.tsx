/** What a press on an advice does: an action on the object or on the workload behind it, or the page where the advice can be followed. */
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { keyString, type Live } from '../../engine/api/object.ts';
import type { Deployment, Pod, ReplicaSet, Service } from '../../engine/api/types.gen.ts';
import type { FixId } from '../../engine/explain/catalogue.ts';
import { matches } from '../../engine/explain/service.ts';
import type { Target } from '../actions/action.ts';
import { actionForFix } from '../actions/object-actions.ts';
import { useActions } from '../components/use-actions.tsx';
import { useSelected } from '../data/hooks.ts';
import { deployments, replicaSets } from '../data/kinds.ts';
import { fixPages } from './fix-pages.ts';

export interface Fixes {
  readonly onFix: (fix: FixId) => (() => void) | undefined;
  /** To be drawn by the component that uses this. */
  readonly dialog: ReactNode;
}

export function useFixes(target: Target): Fixes {
  const navigate = useNavigate();
  const { start, dialog } = useActions<Target>(({ object }) => object.metadata.name);
  const workload = useWorkloadBehind(target);
  const onFix = (fix: FixId): (() => void) | undefined => {
    const path = fixPages[fix]?.(target);
    if (path !== undefined) return () => void navigate(path);
    // What shall last is done to the Deployment: its pods are replaced, with everything that was changed in them.
    const behind = workload && isAboutTemplate(fix) ? actionForFix(fix, workload) : undefined;
    if (behind && workload) return () => start(behind, workload);
    const own = actionForFix(fix, target);
    return own && (() => start(own, target));
  };
  return { onFix, dialog };
}

const templateFixes: readonly FixId[] = [
  'change-image',
  'scale-up',
  'lower-requests',
  'raise-memory',
  'change-pull-policy',
  'check-command',
  'check-probe',
  'set-env',
  'edit-yaml',
];
function isAboutTemplate(fix: FixId): boolean {
  return templateFixes.includes(fix);
}

/** The Deployment that makes the pod, or whose pods the Service selects. */
function useWorkloadBehind({ cluster, kind, object }: Target): Target | undefined {
  const namespace = object.metadata.namespace ?? '';
  const owner = ownerNamed(object, 'ReplicaSet');
  const set = useSelected(replicaSets, (list) => (owner === undefined ? undefined : list.get(keyString({ namespace, name: owner }))));
  const deploymentName = kind.plural === 'replicasets' ? ownerNamed(object, 'Deployment') : set && ownerNamed(set, 'Deployment');
  const deployment = useSelected(deployments, (list) => {
    if (deploymentName !== undefined) return list.get(keyString({ namespace, name: deploymentName }));
    const selector = kind.plural === 'services' ? (object as unknown as Service).spec.selector : undefined;
    if (!selector || Object.keys(selector).length === 0) return undefined;
    return list.by('namespace', namespace).find(({ spec }) => matches(selector, spec.template.metadata?.labels));
  });
  return deployment && { cluster, kind: deployments, object: deployment };
}
function ownerNamed({ metadata }: Live<Pod | ReplicaSet | Deployment> | Target['object'], kind: string): string | undefined {
  return metadata.ownerReferences?.find((owner) => owner.kind === kind && owner.controller === true)?.name;
}
