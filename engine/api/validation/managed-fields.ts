/** Names of managers, and entries of metadata.managedFields. Upstream: ValidateFieldManager and ValidateManagedFields of meta/v1's validation. */
import { invalidValue, Path, tooLong } from '../field-error.ts';
import type { ManagedFieldsEntry } from '../types.gen.ts';
import { type Errors, none } from './fields.ts';
import { utf8Length } from './labels.ts';

const maxManagerBytes = 128;
const maxSubresourceBytes = 256;

export function validManager(path: Path, name: string): Errors {
  const long = utf8Length(name) > maxManagerBytes ? [tooLong(path, maxManagerBytes)] : none;
  let at = 0;
  const unprintable: Errors[number][] = [];
  for (const character of name) {
    if (character !== ' ' && /[\p{C}\p{Z}]/u.test(character)) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      unprintable.push(invalidValue(path, name, `invalid character U+${code} (at position ${at})`));
    }
    at += utf8Length(character);
  }
  return [...long, ...unprintable];
}

export function validManagedFields(entries: readonly ManagedFieldsEntry[]): Errors {
  return entries.flatMap(({ operation = '', fieldsType, manager = '', subresource = '' }, index) => {
    const path = new Path('metadata').at('managedFields', index);
    return [
      ...(operation === 'Apply' || operation === 'Update'
        ? none
        : [invalidValue(path.at('operation'), operation, 'must be `Apply` or `Update`')]),
      ...(fieldsType && fieldsType !== 'FieldsV1' ? [invalidValue(path.at('fieldsType'), fieldsType, 'must be `FieldsV1`')] : none),
      ...validManager(path.at('manager'), manager),
      ...(utf8Length(subresource) > maxSubresourceBytes ? [tooLong(path.at('subresource'), maxSubresourceBytes)] : none),
    ];
  });
}
