/** DaemonSets. Upstream: ValidateDaemonSet and ValidateDaemonSetStatusUpdate in pkg/apis/apps/validation. */
import { invalidValue, notSupported, Path, required } from '../field-error.ts';
import { percentOf } from '../int-or-string.ts';
import { matchesLabels } from '../selector.ts';
import type { DaemonSet, DaemonSetStatus, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '../types.gen.ts';
import { countOrPercent, type Errors, none, nonNegative, sorted } from './fields.ts';
import { validSelector } from './labels.ts';
import { amountOf, readable, runsForeverErrors, templateErrors } from './workload.ts';

const spec = new Path('spec');

export function validateDaemonSet({ spec: given }: DaemonSet): Errors {
  const { template, minReadySeconds, updateStrategy, revisionHistoryLimit } = given;
  const path = spec.at('template');
  return [
    ...selectorErrors(given),
    ...templateErrors(path, template ?? {}),
    ...runsForeverErrors(path, template ?? {}, 'DaemonSet'),
    ...nonNegative(spec.at('minReadySeconds'), minReadySeconds),
    ...strategyErrors(spec.at('updateStrategy'), updateStrategy ?? {}),
    ...nonNegative(spec.at('revisionHistoryLimit'), revisionHistoryLimit),
  ];
}

/** A selector that is not there selects nothing, the template's labels included. */
function selectorErrors({ selector, template }: DaemonSet['spec']): Errors {
  const path = spec.at('selector');
  const labels = template?.metadata?.labels;
  const read = selector ? readable(selector) : 'none';
  const isOther = read === 'none' || (read !== undefined && !matchesLabels(read, labels));
  const isEmpty = selector && Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  return [
    ...(selector ? validSelector(path, selector) : none),
    ...(isOther
      ? [invalidValue(spec.at('template', 'metadata', 'labels'), sorted(labels ?? null), '`selector` does not match template `labels`')]
      : none),
    ...(isEmpty ? [invalidValue(path, selector, 'empty selector is invalid for daemonset')] : none),
  ];
}

function strategyErrors(path: Path, strategy: DaemonSetUpdateStrategy): Errors {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return none;
  if (type !== 'RollingUpdate') return [notSupported(path, sorted(strategy), ['RollingUpdate', 'OnDelete'])];
  return rollingUpdate ? rollingErrors(path.at('rollingUpdate'), rollingUpdate) : [required(path.at('rollingUpdate'))];
}

/** One of the two and not both: a node has either one pod too few or one too many. */
function rollingErrors(path: Path, { maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet): Errors {
  const limits = [
    { at: path.at('maxUnavailable'), value: maxUnavailable },
    { at: path.at('maxSurge'), value: maxSurge },
  ];
  const [hasUnavailable, hasSurge] = limits.map(({ value }) => amountOf(value) !== 0);
  return [
    ...limits.flatMap(({ at, value }) => countOrPercent(at, value)),
    ...limits.flatMap(({ at, value }) => ((percentOf(value) ?? 0) > 100 ? [invalidValue(at, value, 'must not be greater than 100%')] : [])),
    ...(hasUnavailable && hasSurge
      ? [invalidValue(path.at('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : none),
    ...(!hasUnavailable && !hasSurge ? [required(path.at('maxUnavailable'), 'cannot be 0 when maxSurge is 0')] : none),
  ];
}

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const satisfies readonly (keyof DaemonSetStatus)[];

export function validateDaemonSetStatusUpdate({ status: next }: DaemonSet, { status: old }: DaemonSet): Errors {
  const status = new Path('status');
  const collisions = next?.collisionCount;
  const isDecremented = old?.collisionCount !== undefined && (collisions ?? 0) < old.collisionCount;
  return [
    ...counts.flatMap((name) => nonNegative(status.at(name), next?.[name])),
    ...(isDecremented ? [invalidValue(status.at('collisionCount'), collisions ?? 0, 'cannot be decremented')] : none),
  ];
}
