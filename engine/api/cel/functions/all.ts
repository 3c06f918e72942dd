/** Every function a rule can call. Upstream: apiserver's cel/environment/base.go, the set of v1.33. */
import { collectionFunctions } from './collections.ts';
import { networkFunctions } from './network.ts';
import type { FunctionTable, Overload } from './overload.ts';
import { quantityFunctions } from './quantities.ts';
import { standardFunctions } from './standard.ts';
import { textFunctions } from './text.ts';

const tables: readonly FunctionTable[] = [standardFunctions, textFunctions, collectionFunctions, quantityFunctions, networkFunctions];
const byName = new Map<string, readonly Overload[]>();
for (const table of tables)
  for (const [name, overloads] of Object.entries(table)) byName.set(name, [...(byName.get(name) ?? []), ...overloads]);

export function functionNamed(name: string): readonly Overload[] | undefined {
  return byName.get(name);
}
