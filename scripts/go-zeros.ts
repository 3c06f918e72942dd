/**
 * Which fields are pointers in Go, as the protobuf messages tell (`messages.gen.json`): there "", 0 and false differ from nothing, while
 * a plain field with its zero is not printed. `@kubernetes/client-node` does not know.
 */
import table from '../engine/apiserver/protobuf/messages.gen.json' with { type: 'json' };

type Messages = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
const messages: Messages = table;

/** `k8s.io.api.core.v1.Event` is `CoreEvent` in the schema table, `k8s.io.api.autoscaling.v2.MetricSpec` is `V2MetricSpec`. */
export function schemaNames(message: string): readonly string[] {
  const [group = '', version = '', name = ''] = message.split('.').slice(-3);
  const prefix = version === 'v1' ? `${group.charAt(0).toUpperCase()}${group.slice(1)}` : version.toUpperCase();
  return [`${prefix}${name}`, ...(version === 'v2' ? [] : [name])];
}

/** By type and field of the schema table; undefined where no message tells. */
export type GoZeros = (type: string, field: string) => 'pointer' | 'plain' | undefined;

export function goZeros(types: ReadonlySet<string>): GoZeros {
  const known = new Map<string, 'pointer' | 'plain'>();
  for (const message of Object.keys(messages)) {
    const type = schemaNames(message).find((name) => types.has(name));
    if (type !== undefined) for (const [field, kind] of fieldsOf(message)) known.set(`${type}.${field}`, kind);
  }
  return (type, field) => known.get(`${type}.${field}`);
}

function fieldsOf(message: string): readonly (readonly [string, 'pointer' | 'plain'])[] {
  return Object.values(messages[message] ?? {}).flatMap(([field = '', type = '', mode]) => {
    if (mode === 'inline') return fieldsOf(type);
    return [[field, mode === 'pointer' ? 'pointer' : 'plain'] as const];
  });
}
