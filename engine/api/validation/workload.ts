/** Deployments, ReplicaSets, ReplicationControllers: what they share is a selector and a template. Upstream: pkg/apis/apps/validation, pkg/apis/core/validation. */
import { forbiddenValue, invalidValue, notSupported, Path, required } from '../field-error.ts';
import { percentOf } from '../int-or-string.ts';
import { type Labels, matchesLabels, type Selector, SelectorError, selectorOf, selectorOfLabels } from '../selector.ts';
import type {
  Deployment,
  DeploymentStrategy,
  IntOrString,
  LabelSelector,
  PodTemplate,
  PodTemplateSpec,
  ReplicaSet,
  ReplicationController,
  RollingUpdateDeployment,
} from '../types.gen.ts';
import { countOrPercent, type Errors, immutable, none, nonNegative, sorted } from './fields.ts';
import { validAnnotations, validLabels, validSelector } from './labels.ts';
import { podSpecErrors } from './pod-spec.ts';

const spec = new Path('spec');

export function templateErrors(path: Path, { metadata, spec: podSpec }: PodTemplateSpec): Errors {
  const ephemeral = podSpec?.ephemeralContainers ?? [];
  return [
    ...validLabels(path.at('labels'), metadata?.labels),
    ...validAnnotations(path.at('annotations'), metadata?.annotations),
    ...podSpecErrors(path.at('spec'), podSpec ?? { containers: [] }, 'template'),
    ...(ephemeral.length > 0
      ? [forbiddenValue(path.at('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')]
      : none),
  ];
}

export function validatePodTemplate({ template }: PodTemplate): Errors {
  return templateErrors(new Path('template'), template ?? {});
}

interface Replicated {
  readonly template: PodTemplateSpec | undefined;
  /** Undefined where the selector cannot be read: then nothing is said about the template. A selector that is not there selects nothing. */
  readonly selector: Selector | 'none' | undefined;
  readonly owner: string;
}

function replicatedErrors({ template, selector, owner }: Replicated): Errors {
  const path = spec.at('template');
  if (template === undefined) return [required(path)];
  const labels: Labels | undefined = template.metadata?.labels;
  const isOther = selector === 'none' || (selector !== undefined && selector.length > 0 && !matchesLabels(selector, labels));
  return [
    ...(isOther ? [invalidValue(path.at('metadata', 'labels'), sorted(labels), '`selector` does not match template `labels`')] : none),
    ...templateErrors(path, template),
    ...runsForeverErrors(path, template, owner),
  ];
}
/** Pods of a controller that keeps them running are never over. `owner`: the kind that upstream's message names. */
export function runsForeverErrors(path: Path, template: PodTemplateSpec, owner: string): Errors {
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? { containers: [] };
  return [
    ...(restartPolicy === 'Always' ? none : [notSupported(path.at('spec', 'restartPolicy'), restartPolicy ?? '', ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? none
      : [forbiddenValue(path.at('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${owner} is not Supported`)]),
  ];
}

function selectorErrors(selector: LabelSelector | undefined): Errors {
  const path = spec.at('selector');
  if (selector === undefined) return [required(path)];
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
  return [
    ...validSelector(path, selector),
    ...(isEmpty ? [invalidValue(path, selector, 'empty selector is invalid for deployment')] : none),
    ...(readable(selector) === undefined ? [invalidValue(path, sorted(selector), 'invalid label selector')] : none),
  ];
}
export function readable(selector: LabelSelector): Selector | undefined {
  try {
    return selectorOf(selector);
  } catch (error) {
    // What is wrong with it is said by its own rules.
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

export function validateReplicaSet({ spec: { replicas, minReadySeconds, selector, template } }: ReplicaSet): Errors {
  return [
    ...nonNegative(spec.at('replicas'), replicas),
    ...nonNegative(spec.at('minReadySeconds'), minReadySeconds),
    ...selectorErrors(selector),
    ...replicatedErrors({ template, selector: selector ? readable(selector) : 'none', owner: 'ReplicaSet' }),
  ];
}

export function validateReplicationController({
  spec: { replicas, minReadySeconds, selector = {}, template },
}: ReplicationController): Errors {
  return [
    ...nonNegative(spec.at('minReadySeconds'), minReadySeconds),
    ...(Object.keys(selector).length === 0 ? [required(spec.at('selector'))] : none),
    ...nonNegative(spec.at('replicas'), replicas),
    ...replicatedErrors({ template, selector: selectorOfLabels(selector), owner: 'ReplicationController' }),
  ];
}

export function validateDeployment({ spec: given }: Deployment): Errors {
  const { replicas, selector, template, strategy, minReadySeconds = 0, revisionHistoryLimit, progressDeadlineSeconds } = given;
  const progress = spec.at('progressDeadlineSeconds');
  const isTight = progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds;
  return [
    ...nonNegative(spec.at('replicas'), replicas),
    ...selectorErrors(selector),
    ...replicatedErrors({ template, selector: selector ? readable(selector) : 'none', owner: 'ReplicaSet' }),
    ...strategyErrors(spec.at('strategy'), strategy ?? {}),
    ...nonNegative(spec.at('minReadySeconds'), minReadySeconds),
    ...nonNegative(spec.at('revisionHistoryLimit'), revisionHistoryLimit),
    ...nonNegative(progress, progressDeadlineSeconds),
    ...(isTight ? [invalidValue(progress, progressDeadlineSeconds, 'must be greater than minReadySeconds')] : none),
  ];
}

function strategyErrors(path: Path, strategy: DeploymentStrategy): Errors {
  const { type, rollingUpdate } = strategy;
  const at = path.at('rollingUpdate');
  if (type === 'Recreate') return rollingUpdate ? [forbiddenValue(at, "may not be specified when strategy `type` is 'Recreate'")] : none;
  if (type !== 'RollingUpdate') return [notSupported(path, strategy, ['Recreate', 'RollingUpdate'])];
  return rollingUpdate ? rollingErrors(at, rollingUpdate) : [required(at, 'this should be defaulted and never be nil')];
}

function rollingErrors(path: Path, { maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment): Errors {
  const at = path.at('maxUnavailable');
  const isStuck = amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0;
  const isTooMuch = (percentOf(maxUnavailable) ?? 0) > 100;
  return [
    ...countOrPercent(at, maxUnavailable),
    ...countOrPercent(path.at('maxSurge'), maxSurge),
    ...(isStuck ? [invalidValue(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : none),
    ...(isTooMuch ? [invalidValue(at, maxUnavailable, 'must not be greater than 100%')] : none),
  ];
}
export function amountOf(value: IntOrString): number {
  return typeof value === 'number' ? value : (percentOf(value) ?? 0);
}

/** A selector that changed would leave its Pods behind. */
export function sameSelector(next: { readonly spec: { readonly selector: LabelSelector } }, old: typeof next): Errors {
  return immutable(spec.at('selector'), next.spec.selector, old.spec.selector);
}
