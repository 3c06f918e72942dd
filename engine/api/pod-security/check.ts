/** The shape of a check of Pod Security, and the words they share. Upstream: k8s.io/pod-security-admission/policy/{checks,helpers,visitor}.go. */
import type { Container, ObjectMeta, PodSpec } from '../types.gen.ts';
import type { Level } from './policy.ts';

export interface Checked {
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
}
export interface Violation {
  /** Short: `host namespaces`. */
  readonly reason: string;
  /** What of this Pod: `hostNetwork=true`. */
  readonly detail: string;
}
export type CheckPod = (pod: Checked) => Violation | undefined;

export interface Check {
  readonly id: string;
  readonly level: Exclude<Level, 'privileged'>;
  /** From which minor version of the policy on each applies; sorted. */
  readonly versions: readonly (readonly [minor: number, check: CheckPod])[];
  /** A check of the baseline that this one takes the place of. */
  readonly replaces?: string;
}

export function containersOf({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers, ...ephemeralContainers];
}
export function namesOf(spec: PodSpec, isBad: (container: Container) => boolean): readonly string[] {
  return containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);
}

export const quote = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ');
export const plural = (singular: string, { length }: { readonly length: number }): string => (length === 1 ? singular : `${singular}s`);
/** `container "a"`, `containers "a", "b"`. */
export const named = (what: string, names: readonly string[]): string => `${plural(what, names)} ${quote(names)}`;
export const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted();

/** `pod and containers "a", "b"`: who set what may not be set. Empty where nobody did. */
export function setters(isPod: boolean, containers: readonly string[]): string {
  return [...(isPod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])].join(' and ');
}
export function unlessWindows(check: CheckPod): CheckPod {
  return (pod) => (pod.spec.os?.name === 'windows' ? undefined : check(pod));
}
