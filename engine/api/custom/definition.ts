/** How a CustomResourceDefinition is read. */
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionVersion } from '../types.gen.ts';

/** Holds a definition back until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export function conditionOf({ status }: CustomResourceDefinition, type: string): CustomResourceDefinitionCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
export function isTrue(definition: CustomResourceDefinition, type: string): boolean {
  return conditionOf(definition, type)?.status === 'True';
}

export function hasStatus({ subresources }: CustomResourceDefinitionVersion): boolean {
  return subresources?.status !== undefined && subresources.status !== null;
}

/** There is one: validation sees to it. */
export function storageVersionOf({ spec }: CustomResourceDefinition): string {
  return spec.versions.find(({ storage }) => storage)?.name ?? spec.versions[0]?.name ?? '';
}

/** Sets a condition; the time changes with the status only. Upstream: apihelpers.SetCRDCondition. */
export function withCondition(
  conditions: readonly CustomResourceDefinitionCondition[],
  condition: CustomResourceDefinitionCondition,
  now: string,
): readonly CustomResourceDefinitionCondition[] {
  const index = conditions.findIndex(({ type }) => type === condition.type);
  const old = conditions[index];
  const lastTransitionTime = (old?.status === condition.status ? old.lastTransitionTime : undefined) ?? now;
  const next = { lastTransitionTime, message: condition.message, reason: condition.reason, status: condition.status, type: condition.type };
  return old ? conditions.with(index, next) : [...conditions, next];
}

const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const maturity: Readonly<Record<string, number>> = { '': 2, beta: 1, alpha: 0 };
/** `v10`, `v2`, `v1`, `v2beta1`, `v1alpha1`, and others behind them by their letters. Upstream: k8s.io/apimachinery/pkg/version. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts.exec(a), parts.exec(b)];
  if (!left && !right) return a < b ? -1 : a > b ? 1 : 0;
  if (!left || !right) return left ? -1 : 1;
  const rank = (match: RegExpExecArray): readonly number[] => [maturity[match[2] ?? ''] ?? 0, Number(match[1]), Number(match[3] ?? 0)];
  const [mine, theirs] = [rank(left), rank(right)];
  const at = mine.findIndex((value, index) => value !== theirs[index]);
  return at < 0 ? 0 : (theirs[at] ?? 0) - (mine[at] ?? 0);
}
