/**
 * `npm run generate-docs`: writes `engine/api/docs.gen.json` (what each type and field is, for `kubectl explain` and editors) and `engine/api/enums.gen.json` (the
 * values a field can have) from the OpenAPI documents of upstream's API server, for the types and fields of `schema.gen.json`. Says which of them it does not describe.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from './endpoint.ts';
import { realControlPlane } from './real-control-plane.ts';
import { ensureTools } from './tools.ts';

interface Property {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Property;
}
interface Definition extends Property {
  readonly properties?: Readonly<Record<string, Property>>;
}
interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Definition>> };
}

const say = (line: string): void => console.error(line);
const file = (name: string): string => fileURLToPath(new URL(`../../engine/api/${name}`, import.meta.url));
await ensureTools(['etcd', 'kube-apiserver'], say);
await using real = await realControlPlane();
const schema = JSON.parse(await readFile(file('schema.gen.json'), 'utf8')) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const definitions = await readDefinitions(real.endpoint);

const docs: Record<string, Record<string, string>> = {};
const enums: Record<string, Record<string, readonly string[]>> = {};
for (const [type, fields] of Object.entries(schema)) {
  const definition = definitions.get(type);
  const told: Record<string, string> = { '': definition?.description ?? '' };
  for (const name of Object.keys(fields)) {
    const property = definition?.properties?.[name];
    told[name] = property?.description ?? '';
    const values = property?.enum ?? property?.items?.enum;
    if (values) enums[type] = { ...enums[type], [name]: values.filter((value) => value !== '') };
  }
  docs[type] = told;
  if (!definition) say(`not described upstream: ${type}`);
}
await writeFile(file('docs.gen.json'), `${JSON.stringify(docs)}\n`);
await writeFile(file('enums.gen.json'), `${JSON.stringify(enums)}\n`);

/** Every type of the API under our name for it. */
async function readDefinitions(endpoint: Endpoint): Promise<ReadonlyMap<string, Definition>> {
  const index = JSON.parse((await endpoint.request({ method: 'GET', path: '/openapi/v3' })).body) as {
    readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
  };
  const found = new Map<string, Definition>();
  for (const { serverRelativeURL } of Object.values(index.paths)) {
    const { body } = await endpoint.request({ method: 'GET', path: serverRelativeURL });
    for (const [name, definition] of Object.entries((JSON.parse(body) as Document).components?.schemas ?? {})) {
      const ours = ourName(name);
      if (ours !== undefined) found.set(ours, definition);
    }
  }
  return found;
}

/** `io.k8s.api.core.v1.Event` is `CoreEvent` where another group has an Event, too, else `Event`; `autoscaling.v2` types start with V2. */
function ourName(full: string): string | undefined {
  const [name = '', version = '', group = ''] = full.split('.').toReversed();
  const prefixed = group.charAt(0).toUpperCase() + group.slice(1) + name;
  if (version === 'v1') return [prefixed, name].find((candidate) => candidate in schema);
  return version === 'v2' && `V2${name}` in schema ? `V2${name}` : undefined;
}
