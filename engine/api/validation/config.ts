/** ConfigMaps and Secrets. Upstream: ValidateConfigMap, ValidateSecret in pkg/apis/core/validation. */
import { type FieldError, forbiddenValue, invalidValue, Path, required, tooLong } from '../field-error.ts';
import { base64Length } from '../kinds/core/base64.ts';
import type { ConfigMap, Secret } from '../types.gen.ts';
import { type Errors, entries, immutable, invalidEach, isSame, none } from './fields.ts';
import { utf8Length } from './labels.ts';
import { configMapKeyProblems } from './names.ts';

const maxBytes = 1024 * 1024;
/** How upstream names the object itself. */
const whole = new Path('[]');
const data = new Path('data');
const sealed = 'field is immutable when `immutable` is set';

function keyErrors(path: Path, map: Readonly<Record<string, string>> | undefined): Errors {
  return entries(map).flatMap(([key]) => invalidEach(path.key(key), key, configMapKeyProblems(key)));
}

export function validateConfigMap({ data: texts = {}, binaryData = {} }: ConfigMap): Errors {
  const size =
    Object.values(texts).reduce((sum, value) => sum + utf8Length(value), 0) +
    Object.values(binaryData).reduce((sum, value) => sum + base64Length(value), 0);
  const twice = Object.keys(texts).filter((key) => Object.hasOwn(binaryData, key));
  return [
    ...keyErrors(data, texts),
    ...twice.map((key) => invalidValue(data.key(key), key, 'duplicate of key present in binaryData')),
    ...keyErrors(new Path('binaryData'), binaryData),
    ...(size > maxBytes ? [tooLong(whole, maxBytes)] : none),
  ];
}

interface Sealable {
  readonly immutable?: boolean | undefined;
}
function sealErrors<T extends Sealable>(next: T, old: T, fields: readonly (keyof T & string)[]): Errors {
  if (!old.immutable) return none;
  return [
    ...(next.immutable ? none : [forbiddenValue(new Path('immutable'), sealed)]),
    ...fields.flatMap((field): readonly FieldError[] =>
      isSame(next[field], old[field]) ? none : [forbiddenValue(new Path(field), sealed)],
    ),
  ];
}

export function validateConfigMapUpdate(next: ConfigMap, old: ConfigMap): Errors {
  return sealErrors(next, old, ['data', 'binaryData']);
}

const accountName = 'kubernetes.io/service-account.name';
/** Keys that a type of Secret must have. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function typeErrors({ type = '', data: map = {}, metadata }: Secret): Errors {
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[accountName] ? none : [required(new Path('metadata').at('annotations').key(accountName))];
    case 'kubernetes.io/basic-auth':
      return map.username === undefined && map.password === undefined
        ? [required(data.key('username')), required(data.key('password'))]
        : none;
    case 'kubernetes.io/ssh-auth':
      return map['ssh-privatekey'] ? none : [required(data.key('ssh-privatekey'))];
    default:
      return (requiredKeys[type] ?? []).filter((key) => map[key] === undefined).map((key) => required(data.key(key)));
  }
}

export function validateSecret(secret: Secret): Errors {
  const size = Object.values(secret.data ?? {}).reduce((sum, value) => sum + base64Length(value), 0);
  return [...keyErrors(data, secret.data), ...(size > maxBytes ? [tooLong(data, maxBytes)] : none), ...typeErrors(secret)];
}

export function validateSecretUpdate(next: Secret, old: Secret): Errors {
  return [...immutable(new Path('type'), next.type, old.type), ...sealErrors(next, old, ['data'])];
}
