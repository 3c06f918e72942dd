/** What of a Pod a Pod Security level forbids. Pure. Upstream: k8s.io/pod-security-admission/policy/registry.go. */
import { baseline } from './baseline.ts';
import type { Check, Checked, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { restricted } from './restricted.ts';

/** In upstream's order: the baseline first, each level sorted by the names of its checks. */
export function violations(pod: Checked, { level, minor }: LevelVersion): readonly Violation[] {
  if (level === 'privileged') return [];
  return checksOf(level, minor).flatMap((check) => versionOf(check, minor)?.(pod) ?? []);
}

function checksOf(level: 'baseline' | 'restricted', minor: number): readonly Check[] {
  if (level === 'baseline') return baseline;
  const stricter = restricted.filter((check) => versionOf(check, minor));
  const replaced = stricter.map(({ replaces }) => replaces);
  return [...baseline.filter(({ id }) => !replaced.includes(id)), ...stricter];
}

function versionOf({ versions }: Check, minor: number) {
  return versions.findLast(([since]) => since <= minor)?.[1];
}

/** `host namespaces (hostNetwork=true), privileged (container "a" …)`. */
export function printDetails(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
export function printReasons(found: readonly Violation[]): string {
  return found.map(({ reason }) => reason).join(', ');
}
