/** Secrets. Upstream: pkg/registry/core/secret/strategy.go, pkg/apis/core/v1/{defaults,conversion}.go, printSecret in pkg/printers. */
import { kind } from '../../kind.ts';
import type { Secret } from '../../types.gen.ts';
import { validateSecret, validateSecretUpdate } from '../../validation/config.ts';
import { age, text } from '../columns.ts';
import { fill, without } from '../fill.ts';
import { base64Of } from './base64.ts';

/** `stringData` is only for writing: it goes into `data`, over what is there. */
function defaults(given: Secret): Secret {
  const secret = fill(given, { type: 'Opaque' });
  if (secret.stringData === undefined) return secret;
  const encoded = Object.entries(secret.stringData).map(([key, value]) => [key, base64Of(value)] as const);
  return { ...without(secret, 'stringData'), data: { ...secret.data, ...Object.fromEntries(encoded) } };
}

export const secret = kind<Secret>({
  group: '',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  defaults,
  /** An update that does not say keeps the type. */
  prepareUpdate: (next, old) => (next.type ? next : { ...next, ...(old.type ? { type: old.type } : {}) }),
  selectableFields: { type: ({ type }) => type ?? '' },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  columns: [
    text('Type', ({ type }) => type ?? ''), // Upstream declares the number as a string.
    text('Data', ({ data }) => Object.keys(data ?? {}).length),
    age,
  ],
});
