/** Sorts an API server's refusal by the form's fields: what names a field of the form goes there, the rest is told in one notice. Pure. */
import type { WireError } from '../../engine/host/contract.ts';

/** A field of the form, by the paths of the object that it fills; the first that matches has it. */
export interface FieldRule<Field extends string> {
  readonly field: Field;
  readonly path: RegExp;
  /** Says which row of the field is meant: the path from here on is put before the message. */
  readonly rowsAt?: string;
  /** The place repeats what the field says elsewhere: told only where that place is content. */
  readonly isEcho?: boolean;
}
export interface FieldErrors<Field extends string> {
  readonly fields: Partial<Record<Field, string>>;
  /** What belongs to no field. */
  readonly rest: readonly string[];
  /** The error itself, where it names no fields at all. */
  readonly general: WireError | undefined;
}

export function noErrors<Field extends string>(): FieldErrors<Field> {
  return { fields: {}, rest: [], general: undefined };
}

export function fieldErrorsOf<Field extends string>(error: WireError, rules: readonly FieldRule<Field>[]): FieldErrors<Field> {
  const { status } = error;
  const causes = status?.details?.causes ?? [];
  if (status?.reason === 'AlreadyExists') return nameTaken(error, rules);
  if (causes.length === 0) return { fields: {}, rest: [], general: error };
  const fields: Partial<Record<Field, string>> = {};
  const rest: string[] = [];
  const found = causes.map(({ field = '', message = '' }) => ({ path: field, message, rule: rules.find((rule) => rule.path.test(field)) }));
  for (const { path, message, rule } of found) {
    if (rule === undefined) rest.push(path === '' ? message : `${path}: ${message}`);
    else if (rule.isEcho && found.some((other) => other.rule?.field === rule.field && !other.rule.isEcho)) continue;
    else fields[rule.field] = appended(fields[rule.field], rule.rowsAt ? `${path.slice(path.indexOf(rule.rowsAt))}: ${message}` : message);
  }
  return { fields, rest, general: undefined };
}
/** One wrong value may be refused in several places of the object (a name also in its labels), in the same words. */
function appended(before: string | undefined, message: string): string {
  if (before === undefined) return message;
  return before.includes(message) ? before : `${before}\n${message}`;
}
function nameTaken<Field extends string>(error: WireError, rules: readonly FieldRule<Field>[]): FieldErrors<Field> {
  const field = rules.find(({ path }) => path.test('metadata.name'))?.field;
  const fields: Partial<Record<Field, string>> = {};
  if (field === undefined) return { fields, rest: [], general: error };
  fields[field] = error.status?.message ?? error.message;
  return { fields, rest: [], general: undefined };
}

export type DeploymentField = 'name' | 'namespace' | 'image' | 'replicas' | 'port' | 'env';
export const deploymentRules: readonly FieldRule<DeploymentField>[] = [
  { field: 'env', path: /^spec\.template\.spec\.containers\[0\]\.env/, rowsAt: 'env[' },
  { field: 'port', path: /^spec\.template\.spec\.containers\[0\]\.ports/ },
  // The container's name is made out of the image's.
  { field: 'image', path: /^spec\.template\.spec\.containers\[0\]\.(image|name)/ },
  { field: 'replicas', path: /^spec\.replicas/ },
  { field: 'namespace', path: /^metadata\.namespace/ },
  { field: 'name', path: /^metadata\.name/ },
  // The labels and the selector carry the name.
  { field: 'name', path: /^(metadata\.labels|spec\.(selector|template\.labels|template\.metadata))/, isEcho: true },
];

export type ServiceField = 'name' | 'type' | 'port' | 'targetPort' | 'nodePort';
export const serviceRules: readonly FieldRule<ServiceField>[] = [
  { field: 'nodePort', path: /^spec\.ports\[0\]\.nodePort/ },
  { field: 'targetPort', path: /^spec\.ports\[0\]\.targetPort/ },
  { field: 'port', path: /^spec\.ports(\[0\](\.port)?)?$/ },
  { field: 'type', path: /^spec\.type/ },
  { field: 'name', path: /^metadata\.name/ },
];
