/** The query of a request, read and checked. Upstream: meta/v1's {Create,Update,Patch,Delete,List}Options and their validation. */
import { defaultFieldValidation, type FieldValidation } from '../api/decode-body.ts';
import { badRequest, invalid } from '../api/errors.ts';
import { type FieldError, invalidValue, notSupported, Path } from '../api/field-error.ts';
import type { DeleteOptions } from '../api/types.gen.ts';
import { validManager } from '../api/validation/managed-fields.ts';
import type { Parameters } from './call.ts';

const fieldValidations = ['', 'Ignore', 'Strict', 'Warn'];
const optionKinds: Readonly<Record<string, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
  delete: 'DeleteOptions',
  deletecollection: 'DeleteOptions',
};

export function parseParameters(verb: string, query: URLSearchParams): Parameters {
  const optionKind = { group: 'meta.k8s.io', kind: optionKinds[verb] ?? 'ListOptions' };
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All')) throw invalid(optionKind, '', [notSupported(new Path('dryRun'), dryRun, ['All'])]);
  const fieldValidation = query.get('fieldValidation') || defaultFieldValidation;
  if (!isFieldValidation(fieldValidation))
    throw invalid(optionKind, '', [notSupported(new Path('fieldValidation'), fieldValidation, fieldValidations)]);
  const fieldManager = query.get('fieldManager') ?? '';
  const errors: readonly FieldError[] = validManager(new Path('fieldManager'), fieldManager);
  if (errors.length > 0) throw invalid(optionKind, '', errors);
  return {
    dryRun: dryRun.length > 0,
    fieldValidation,
    fieldManager,
    force: query.has('force') ? isTrue(query.get('force')) : undefined,
    list: {
      labelSelector: query.get('labelSelector') ?? undefined,
      fieldSelector: query.get('fieldSelector') ?? undefined,
      limit: numberOf(query, 'limit'),
      continue: query.get('continue') ?? undefined,
      resourceVersion: query.get('resourceVersion') ?? undefined,
      resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
    },
    deletion: {
      gracePeriodSeconds: numberOf(query, 'gracePeriodSeconds'),
      propagationPolicy: query.get('propagationPolicy') ?? undefined,
      orphanDependents: query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined,
    },
    query,
  };
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}
function isFieldValidation(text: string): text is FieldValidation {
  return fieldValidations.includes(text);
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^-?[0-9]+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

const policies = ['Foreground', 'Background', 'Orphan', 'nil'];

export function checkDeleteOptions({ orphanDependents, propagationPolicy, dryRun = [] }: DeleteOptions): void {
  const path = new Path('propagationPolicy');
  const kind = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
  if (dryRun.some((value) => value !== 'All')) throw invalid(kind, '', [notSupported(new Path('dryRun'), dryRun, ['All'])]);
  if (propagationPolicy === undefined) return;
  if (orphanDependents !== undefined)
    throw invalid(kind, '', [invalidValue(path, propagationPolicy, 'orphanDependents and deletionPropagation cannot be both set')]);
  if (!policies.includes(propagationPolicy) || propagationPolicy === 'nil')
    throw invalid(kind, '', [notSupported(path, propagationPolicy, policies)]);
}
