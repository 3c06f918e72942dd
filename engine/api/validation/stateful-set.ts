/** StatefulSets. Upstream: ValidateStatefulSetSpec and its neighbours in pkg/apis/apps/validation. Of the Pods' spec upstream says nothing here; nor do we. */
import { forbiddenValue, invalidValue, notSupported, Path, required } from '../field-error.ts';
import { percentOf } from '../int-or-string.ts';
import { matchesLabels } from '../selector.ts';
import type {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from '../types.gen.ts';
import { countOrPercent, type Errors, isSame, none, nonNegative, sorted, validLabel } from './fields.ts';
import { validAnnotations, validLabels, validSelector } from './labels.ts';
import { amountOf, readable } from './workload.ts';

const spec = new Path('spec');
const retentions = ['Retain', 'Delete'];

export function validateStatefulSet({ spec: given }: StatefulSet): Errors {
  const { persistentVolumeClaimRetentionPolicy: policy, replicas, minReadySeconds, ordinals } = given;
  const retention = (name: 'whenDeleted' | 'whenScaled'): Errors => {
    const value = policy?.[name] ?? '';
    if (policy === undefined || retentions.includes(value)) return none;
    return [notSupported(spec.at('persistentVolumeClaimRetentionPolicy', name), value, retentions)];
  };
  return [
    ...managementErrors(given),
    ...strategyErrors(spec.at('updateStrategy'), given.updateStrategy ?? {}),
    ...retention('whenDeleted'),
    ...retention('whenScaled'),
    ...nonNegative(spec.at('replicas'), replicas),
    ...nonNegative(spec.at('minReadySeconds'), minReadySeconds),
    ...nonNegative(spec.at('ordinals.start'), ordinals?.start),
    ...selectorErrors(given),
    ...templateErrors(given),
  ];
}

function managementErrors({ podManagementPolicy }: StatefulSetSpec): Errors {
  const at = spec.at('podManagementPolicy');
  if (!podManagementPolicy) return [required(at)];
  if (podManagementPolicy === 'OrderedReady' || podManagementPolicy === 'Parallel') return none;
  return [invalidValue(at, podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")];
}

function strategyErrors(path: Path, strategy: StatefulSetUpdateStrategy): Errors {
  const { type, rollingUpdate } = strategy;
  const at = path.at('rollingUpdate');
  if (!type) return [required(path)];
  if (type === 'OnDelete')
    return rollingUpdate ? [invalidValue(at, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")] : none;
  if (type !== 'RollingUpdate') return [invalidValue(path, sorted(strategy), "must be 'RollingUpdate' or 'OnDelete'")];
  return rollingUpdate ? rollingErrors(at, rollingUpdate) : none;
}
function rollingErrors(path: Path, { partition, maxUnavailable }: RollingUpdateStatefulSetStrategy): Errors {
  const at = path.at('maxUnavailable');
  const errors = nonNegative(path.at('partition'), partition);
  if (maxUnavailable === undefined) return errors;
  return [
    ...errors,
    ...countOrPercent(at, maxUnavailable),
    ...(amountOf(maxUnavailable) === 0 ? [invalidValue(at, maxUnavailable, 'cannot be 0')] : none),
    ...((percentOf(maxUnavailable) ?? 0) > 100 ? [invalidValue(at, maxUnavailable, 'must not be greater than 100%')] : none),
  ];
}

/** A selector that is not there selects nothing, the template's labels included. */
function selectorErrors({ selector, template }: StatefulSetSpec): Errors {
  const path = spec.at('selector');
  const labels = template?.metadata?.labels;
  const read = selector ? readable(selector) : 'none';
  const isOther = read === 'none' || (read !== undefined && read.length > 0 && !matchesLabels(read, labels));
  const isEmpty = selector && Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  return [
    ...(selector ? validSelector(path, selector) : [required(path)]),
    ...(isEmpty ? [invalidValue(path, selector, 'empty selector is invalid for statefulset')] : none),
    ...(read === undefined ? [invalidValue(path, sorted(selector), '')] : none),
    ...(isOther
      ? [invalidValue(spec.at('template', 'metadata', 'labels'), sorted(labels ?? null), '`selector` does not match template `labels`')]
      : none),
  ];
}

function templateErrors({ template }: StatefulSetSpec): Errors {
  const path = spec.at('template');
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? { containers: [] };
  return [
    ...validLabels(path.at('labels'), template?.metadata?.labels),
    ...validAnnotations(path.at('annotations'), template?.metadata?.annotations),
    ...(restartPolicy === 'Always' ? none : [notSupported(path.at('spec', 'restartPolicy'), restartPolicy ?? '', ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? none
      : [forbiddenValue(path.at('spec', 'activeDeadlineSeconds'), 'activeDeadlineSeconds in StatefulSet is not Supported')]),
  ];
}

/** On creation only: it never changes, and sets from before the rule must still be updated. */
export function validateServiceName({ spec: { serviceName } }: StatefulSet): Errors {
  return serviceName ? validLabel(spec.at('serviceName'), serviceName) : none;
}

const changeable = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'];

export function validateStatefulSetUpdate({ spec: next }: StatefulSet, { spec: old }: StatefulSet): Errors {
  const fixed = (given: StatefulSetSpec): object =>
    Object.fromEntries(Object.entries(given).filter(([name]) => !changeable.includes(name) && name !== 'minReadySeconds'));
  if (isSame(fixed(next), fixed(old))) return none;
  const names = changeable.map((name) => `'${name}'`).join(', ');
  return [forbiddenValue(spec, `updates to statefulset spec for fields other than ${names} and 'minReadySeconds' are forbidden`)];
}

const counts = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const;
const parts = [
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
] as const satisfies readonly (keyof StatefulSetStatus)[];

export function validateStatefulSetStatusUpdate({ status: next }: StatefulSet, { status: old }: StatefulSet): Errors {
  const status = new Path('status');
  const numberOf = (name: (typeof counts)[number]): number => next?.[name] ?? 0;
  const isDecremented = old?.collisionCount !== undefined && numberOf('collisionCount') < old.collisionCount;
  const greater = (name: (typeof counts)[number], than: (typeof counts)[number]): Errors =>
    numberOf(name) > numberOf(than) ? [invalidValue(status.at(name), numberOf(name), `cannot be greater than status.${than}`)] : none;
  return [
    ...counts.flatMap((name) => nonNegative(status.at(name), next?.[name])),
    ...parts.flatMap((name) => greater(name, 'replicas')),
    ...greater('availableReplicas', 'readyReplicas'),
    ...(isDecremented ? [invalidValue(status.at('collisionCount'), numberOf('collisionCount'), 'cannot be decremented')] : none),
  ];
}
