/** Environment variables of containers. Upstream: ValidateEnv and ValidateEnvFrom in pkg/apis/core/validation. */
import { invalidValue, type Path, required } from '../field-error.ts';
import type { EnvFromSource, EnvVar } from '../types.gen.ts';
import { envFieldPaths, fieldRefErrors, resourceFieldRefErrors } from './downward-api.ts';
import { type Errors, invalidEach, none } from './fields.ts';
import { configMapKeyProblems, dns1123SubdomainProblems, envNameProblems } from './names.ts';

const tooMany = 'may not have more than one field specified at a time';

export function envErrors(path: Path, variables: readonly EnvVar[] = []): Errors {
  return variables.flatMap((variable, index) => {
    const at = path.at(index);
    const { name } = variable;
    const nameErrors = name ? invalidEach(at.at('name'), name, envNameProblems(name)) : [required(at.at('name'))];
    return [...nameErrors, ...sourceErrors(at.at('valueFrom'), variable)];
  });
}

function keyErrors(path: Path, { name = '', key }: { readonly name?: string | undefined; readonly key: string }): Errors {
  return [
    ...invalidEach(path.at('name'), name, dns1123SubdomainProblems(name)),
    ...(key ? invalidEach(path.at('key'), key, configMapKeyProblems(key)) : [required(path.at('key'))]),
  ];
}

function sourceErrors(path: Path, { value, valueFrom }: EnvVar): Errors {
  if (valueFrom === undefined) return none;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const errors = [
    ...(fieldRef ? fieldRefErrors(path.at('fieldRef'), fieldRef, envFieldPaths) : none),
    ...(resourceFieldRef ? resourceFieldRefErrors(path.at('resourceFieldRef'), resourceFieldRef, false) : none),
    ...(configMapKeyRef ? keyErrors(path.at('configMapKeyRef'), configMapKeyRef) : none),
    ...(secretKeyRef ? keyErrors(path.at('secretKeyRef'), secretKeyRef) : none),
  ];
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter((source) => source !== undefined).length;
  if (count === 0)
    return [invalidValue(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')];
  if (value) return [...errors, invalidValue(path, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [...errors, invalidValue(path, '', tooMany)] : errors;
}

export function envFromErrors(path: Path, sources: readonly EnvFromSource[] = []): Errors {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = path.at(index);
    const named = (step: string, name: string | undefined): Errors =>
      name ? invalidEach(at.at(step, 'name'), name, dns1123SubdomainProblems(name)) : [required(at.at(step, 'name'))];
    return [
      ...(prefix ? invalidEach(at.at('prefix'), prefix, envNameProblems(prefix)) : none),
      ...(configMapRef ? named('configMapRef', configMapRef.name) : none),
      ...(secretRef ? named('secretRef', secretRef.name) : none),
      // Upstream points at the list here, not at its entry.
      ...(!configMapRef && !secretRef ? [invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`')] : none),
      ...(configMapRef && secretRef ? [invalidValue(path, '', tooMany)] : none),
    ];
  });
}
