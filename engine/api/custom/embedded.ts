/** Objects of the API inside of a custom resource have an apiVersion, a kind and sound metadata. Upstream: apiserver/schema/objectmeta/validation.go. */
import { type FieldError, invalidValue, type Path, required } from '../field-error.ts';
import type { Json, JsonObject } from '../object.ts';
import type { ObjectMeta } from '../types.gen.ts';
import { dns1035LabelProblems, pathSegmentProblems } from '../validation/names.ts';
import { validateObjectMeta } from '../validation/object-meta.ts';
import { isEmbedded, isObject, itemsOf, memberOf, propertyOf, type Schema } from './schema.ts';

export function embeddedErrors(value: Json, schema: Schema | undefined, path: Path): readonly FieldError[] {
  if (!schema) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => embeddedErrors(item, itemsOf(schema), path.at(index)));
  if (!isObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, member]) =>
    embeddedErrors(member, memberOf(schema, name), propertyOf(schema, name) ? path.at(name) : path.key(name)),
  );
  return isEmbedded(schema) ? [...resourceErrors(value, path), ...inner] : inner;
}

function resourceErrors(resource: JsonObject, path: Path): readonly FieldError[] {
  const { apiVersion, kind, metadata } = resource;
  return [
    ...typeErrors(apiVersion, path.at('apiVersion'), (text) =>
      (text.match(/\//g) ?? []).length > 1 ? [`unexpected GroupVersion string: ${text}`] : [],
    ),
    ...typeErrors(kind, path.at('kind'), (text) => {
      const problems = dns1035LabelProblems(text.toLowerCase());
      return problems.length > 0 ? [`may have mixed case, but should otherwise match: ${problems.join(',')}`] : [];
    }),
    ...(isObject(metadata) ? metadataErrors(metadata, path.at('metadata')) : []),
  ];
}

function typeErrors(value: Json | undefined, path: Path, problemsOf: (text: string) => readonly string[]): readonly FieldError[] {
  if (value === undefined) return [required(path)];
  if (typeof value !== 'string') return [invalidValue(path, value, 'must be a string')];
  if (value === '') return [invalidValue(path, value, 'must not be empty')];
  return problemsOf(value).map((problem) => invalidValue(path, value, problem));
}

function metadataErrors(metadata: JsonObject, path: Path): readonly FieldError[] {
  // Decoded as metadata when the object was pruned.
  const meta = metadata as unknown as ObjectMeta;
  const named = meta.name ? meta : { ...meta, name: 'fakename' };
  const errors = validateObjectMeta(named, { namespaced: Boolean(meta.namespace), validateName: pathSegmentProblems });
  return errors.map((error) => ({ ...error, field: error.field.replace(/^metadata/, String(path)) }));
}
