/** ResourceQuotas and LimitRanges. Upstream: ValidateResourceQuota, ValidateLimitRange in pkg/apis/core/validation. */
import { duplicate, type FieldError, forbiddenValue, invalidValue, Path, required } from '../field-error.ts';
import { compareQuantity, parseQuantity, quantityOf } from '../quantity.ts';
import type { LimitRange, LimitRangeItem, ResourceQuota } from '../types.gen.ts';
import { type Errors, entries, invalidEach, none } from './fields.ts';
import { qualifiedNameProblems } from './names.ts';
import { isOvercommitAllowed, validAmount, validContainerResourceName, validQuotaResourceName, validResourceName } from './resources.ts';

const scopes = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'];
const exclusive = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

export function validateResourceQuota({ spec }: ResourceQuota): Errors {
  const path = new Path('spec');
  const given = spec.scopes ?? [];
  const isConflicting = exclusive.some((pair) => pair.every((scope) => given.includes(scope)));
  return [
    ...entries(spec.hard).flatMap(([name, amount]) => {
      const at = path.at('hard').key(name);
      return [...validQuotaResourceName(at, name), ...validAmount(at, name, amount)];
    }),
    ...given.flatMap((scope) => (scopes.includes(scope) ? none : [invalidValue(path.at('scopes'), given, 'unsupported scope')])),
    ...(isConflicting ? [invalidValue(path.at('scopes'), given, 'conflicting scopes')] : none),
  ];
}

export function validateResourceQuotaUpdate({ spec: next }: ResourceQuota, { spec: old }: ResourceQuota): Errors {
  const same = (list: readonly string[] = []): string => list.toSorted().join();
  if (same(next.scopes) === same(old.scopes)) return none;
  return [invalidValue(new Path('spec').at('scopes'), next.scopes ?? [], 'field is immutable')];
}

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

function typeErrors(path: Path, type: string): Errors {
  const errors = invalidEach(path, type, qualifiedNameProblems(type));
  if (errors.length > 0 || type.includes('/') || limitTypes.includes(type)) return errors;
  return [invalidValue(path, type, 'must be a standard limit type or fully qualified')];
}

const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type List = (typeof lists)[number];

interface Order {
  readonly low: List;
  readonly high: List;
  /** Where it is reported, and which of the two is shown. */
  readonly at: List;
  readonly shown: 'low' | 'high';
  readonly words: (low: string, high: string) => string;
}
const orders: readonly Order[] = [
  { low: 'min', high: 'max', at: 'min', shown: 'low', words: (min, max) => `min value ${min} is greater than max value ${max}` },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    shown: 'high',
    words: (min, request) => `min value ${min} is greater than default request value ${request}`,
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    shown: 'low',
    words: (request, max) => `default request value ${request} is greater than max value ${max}`,
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    shown: 'low',
    words: (request, limit) => `default request value ${request} is greater than default limit value ${limit}`,
  },
  {
    low: 'min',
    high: 'default',
    at: 'default',
    shown: 'low',
    words: (min, limit) => `min value ${min} is greater than default value ${limit}`,
  },
  {
    low: 'default',
    high: 'max',
    at: 'default',
    shown: 'high',
    words: (limit, max) => `default value ${limit} is greater than max value ${max}`,
  },
];

function orderErrors(path: Path, item: LimitRangeItem, name: string): Errors {
  const isGreater = (low: string, high: string): boolean => compareQuantity(parseQuantity(low), parseQuantity(high)) > 0;
  const wrong = orders.flatMap(({ low, high, at, shown, words }): readonly FieldError[] => {
    const lower = item[low]?.[name];
    const higher = item[high]?.[name];
    if (lower === undefined || higher === undefined || !isGreater(lower, higher)) return none;
    return [invalidValue(path.at(at).key(name), shown === 'low' ? lower : higher, words(lower, higher))];
  });
  const ratio = item.maxLimitRequestRatio?.[name];
  const limit = item.default?.[name];
  const request = item.defaultRequest?.[name];
  const isSmall = ratio !== undefined && compareQuantity(parseQuantity(ratio), quantityOf(1)) < 0;
  const isUnequal = !isOvercommitAllowed(name) && limit !== undefined && request !== undefined && limit !== request;
  return [
    ...wrong,
    ...(isSmall ? [invalidValue(path.at('maxLimitRequestRatio').key(name), ratio, `ratio ${ratio} is less than 1`)] : none),
    ...(isUnequal
      ? [
          invalidValue(
            path.at('defaultRequest').key(name),
            request,
            `default value ${limit} must equal to defaultRequest value ${request} in ${name}`,
          ),
        ]
      : none),
  ];
}

function itemErrors(path: Path, item: LimitRangeItem): Errors {
  const { type } = item;
  const nameErrors = type === 'Pod' || type === 'Container' ? validContainerResourceName : validResourceName;
  const notForPods = (['default', 'defaultRequest'] as const).filter((list) => type === 'Pod' && Object.keys(item[list] ?? {}).length > 0);
  const needsStorage = type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined;
  const checked = lists.filter((list) => !notForPods.some((one) => one === list));
  const names = new Set(checked.flatMap((list) => Object.keys(item[list] ?? {})));
  return [
    ...checked.flatMap((list) => entries(item[list]).flatMap(([name]) => nameErrors(path.at(list).key(name), name))),
    ...notForPods.map((list) => forbiddenValue(path.at(list), "may not be specified when `type` is 'Pod'")),
    ...(needsStorage
      ? [required(path.at('limits'), 'either minimum or maximum storage value is required, but neither was provided')]
      : none),
    ...[...names].toSorted().flatMap((name) => orderErrors(path, item, name)),
  ];
}

export function validateLimitRange({ spec: { limits } }: LimitRange): Errors {
  const seen = new Set<string>();
  return limits.flatMap((item, index) => {
    const at = new Path('spec').at('limits', index);
    const isTaken = seen.has(item.type);
    seen.add(item.type);
    return [...typeErrors(at.at('type'), item.type), ...(isTaken ? [duplicate(at.at('type'), item.type)] : none), ...itemErrors(at, item)];
  });
}
