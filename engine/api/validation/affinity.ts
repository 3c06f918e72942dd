/** Where Pods want to run: node selectors, affinity to other Pods, spreading. Upstream: validateAffinity and its like in pkg/apis/core/validation. */
import { duplicate, forbiddenValue, invalidValue, type Path, required } from '../field-error.ts';
import { labelValueProblems } from '../label-syntax.ts';
import type {
  Affinity,
  LabelSelector,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../types.gen.ts';
import { type Errors, invalidEach, none, oneOf, supportedIfSet } from './fields.ts';
import { validLabelName, validSelector } from './labels.ts';
import { dns1123LabelProblems, dns1123SubdomainProblems } from './names.ts';

const mustHold = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const wrongOperator = 'not a valid selector operator';

function weightErrors(path: Path, weight: number): Errors {
  return weight >= 1 && weight <= 100 ? none : [invalidValue(path, weight, 'must be in the range 1-100')];
}

function countErrors(path: Path, { operator, values = [] }: NodeSelectorRequirement): Errors {
  const at = path.at('values');
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? none : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0 ? none : [forbiddenValue(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values.length === 1 ? none : [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalidValue(path.at('operator'), operator, wrongOperator)];
  }
}

function fieldErrors(path: Path, { key, operator, values = [] }: NodeSelectorRequirement): Errors {
  const isKnown = operator === 'In' || operator === 'NotIn';
  const single = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  return [
    ...(isKnown && values.length !== 1 ? [required(path.at('values'), single)] : none),
    ...(isKnown ? none : [invalidValue(path.at('operator'), operator, wrongOperator)]),
    ...(key === 'metadata.name'
      ? values.flatMap((value, index) => invalidEach(path.at('values', index), value, dns1123SubdomainProblems(value)))
      : [invalidValue(path.at('key'), key, 'not a valid field selector key')]),
  ];
}

function termErrors(path: Path, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm, areValuesChecked: boolean): Errors {
  return [
    ...matchExpressions.flatMap((expression, index) => {
      const at = path.at('matchExpressions', index);
      const values = areValuesChecked ? (expression.values ?? []) : [];
      return [
        ...countErrors(at, expression),
        ...validLabelName(at.at('key'), expression.key),
        ...values.flatMap((value, place) => invalidEach(at.at('values', place), value, labelValueProblems(value))),
      ];
    }),
    ...matchFields.flatMap((field, index) => fieldErrors(path.at('matchFields', index), field)),
  ];
}

export function nodeSelectorErrors(path: Path, { nodeSelectorTerms }: NodeSelector): Errors {
  const at = path.at('nodeSelectorTerms');
  if (nodeSelectorTerms.length === 0) return [required(at, 'must have at least one node selector term')];
  return nodeSelectorTerms.flatMap((term, index) => termErrors(at.at(index), term, true));
}

function labelKeyErrors(path: Path, keys: readonly string[] = [], selector: LabelSelector | undefined): Errors {
  if (keys.length === 0) return none;
  if (!selector) return [forbiddenValue(path, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, index) => validLabelName(path.at(index), key));
}

function podTermErrors(path: Path, term: PodAffinityTerm): Errors {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey, matchLabelKeys, mismatchLabelKeys = [] } = term;
  const both = 'exists in both matchLabelKeys and mismatchLabelKeys';
  return [
    ...validSelector(path.at('labelSelector'), labelSelector),
    ...validSelector(path.at('namespaceSelector'), namespaceSelector),
    ...namespaces.flatMap((name) => invalidEach(path.at('namespace'), name, dns1123LabelProblems(name))),
    ...labelKeyErrors(path.at('matchLabelKeys'), matchLabelKeys, labelSelector),
    ...labelKeyErrors(path.at('mismatchLabelKeys'), mismatchLabelKeys, labelSelector),
    ...(matchLabelKeys ?? []).flatMap((key, index) =>
      mismatchLabelKeys.includes(key) ? [invalidValue(path.at('matchLabelKeys', index), key, both)] : none,
    ),
    ...(topologyKey ? none : [required(path.at('topologyKey'), 'can not be empty')]),
    ...validLabelName(path.at('topologyKey'), topologyKey),
  ];
}

function podAffinityErrors(path: Path, affinity: PodAffinity): Errors {
  return [
    ...(affinity[mustHold] ?? []).flatMap((term, index) => podTermErrors(path.at(mustHold, index), term)),
    ...(affinity[preferred] ?? []).flatMap(({ weight, podAffinityTerm }, index) => [
      ...weightErrors(path.at(preferred, index, 'weight'), weight),
      ...podTermErrors(path.at(preferred, index, 'podAffinityTerm'), podAffinityTerm),
    ]),
  ];
}

export function affinityErrors(path: Path, affinity: Affinity | undefined): Errors {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const mustRun = nodeAffinity?.[mustHold];
  const at = path.at('nodeAffinity');
  return [
    ...(mustRun ? nodeSelectorErrors(at.at(mustHold), mustRun) : none),
    ...(nodeAffinity?.[preferred] ?? []).flatMap(({ weight, preference }, index) => [
      ...weightErrors(at.at(preferred, index, 'weight'), weight),
      ...termErrors(at.at(preferred, index, 'preference'), preference, false),
    ]),
    ...(podAffinity ? podAffinityErrors(path.at('podAffinity'), podAffinity) : none),
    ...(podAntiAffinity ? podAffinityErrors(path.at('podAntiAffinity'), podAntiAffinity) : none),
  ];
}

const positive = 'must be greater than zero';
const scheduleAnyway = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusion = ['Honor', 'Ignore'];

function spreadErrors(path: Path, constraint: TopologySpreadConstraint): Errors {
  const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys = [] } = constraint;
  const minOnly = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  const keys = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...(labelSelector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  return [
    ...(maxSkew > 0 ? none : [invalidValue(path.at('maxSkew'), maxSkew, positive)]),
    ...(topologyKey ? validLabelName(path.at('topologyKey'), topologyKey) : [required(path.at('topologyKey'), 'can not be empty')]),
    ...oneOf(path.at('whenUnsatisfiable'), whenUnsatisfiable, scheduleAnyway),
    ...(minDomains !== undefined && minDomains <= 0 ? [invalidValue(path.at('minDomains'), minDomains, positive)] : none),
    ...(minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule'
      ? [invalidValue(path.at('minDomains'), minDomains, minOnly)]
      : none),
    ...supportedIfSet(path.at('nodeAffinityPolicy'), constraint.nodeAffinityPolicy, inclusion),
    ...supportedIfSet(path.at('nodeTaintsPolicy'), constraint.nodeTaintsPolicy, inclusion),
    ...labelKeyErrors(path.at('matchLabelKeys'), matchLabelKeys, labelSelector),
    ...matchLabelKeys.flatMap((key, index) =>
      keys.has(key) ? [invalidValue(path.at('matchLabelKeys', index), key, 'exists in both matchLabelKeys and labelSelector')] : none,
    ),
    ...validSelector(path.at('labelSelector'), labelSelector),
  ];
}

export function topologySpreadErrors(path: Path, constraints: readonly TopologySpreadConstraint[] = []): Errors {
  const seen = new Set<string>();
  return constraints.flatMap((constraint, index) => {
    const pair = `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`;
    const isTaken = seen.has(pair);
    seen.add(pair);
    const at = path.at(index);
    return [...spreadErrors(at, constraint), ...(isTaken ? [duplicate(at.at('{topologyKey, whenUnsatisfiable}'), pair)] : none)];
  });
}
