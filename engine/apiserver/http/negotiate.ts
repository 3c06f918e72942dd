/** In what form the client wants its answer. Upstream: apiserver's endpoints/handlers/negotiation. */
import { notAcceptable } from '../../api/errors.ts';

export type Shape = 'object' | 'table' | 'metadata';
export interface Form {
  readonly encoding: 'json' | 'yaml';
  readonly shape: Shape;
  /** `v2` or `v2beta1` where aggregated discovery is asked for. */
  readonly discovery?: 'v2' | 'v2beta1';
}

interface Accepted {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Throws NotAcceptable. The first form that can be had wins: clients list them in the order of their liking. `hasTable` is false where the answer
 * cannot be shown as one (reviews, token requests).
 */
export function negotiate(accept: string | undefined, { hasTable = true }: { readonly hasTable?: boolean } = {}): Form {
  const header = accept?.trim() || '*/*';
  for (const one of parseAccept(header)) {
    const form = formOf(one);
    if (form && (hasTable || form.shape !== 'table')) return form;
  }
  throw notAcceptable(`406: Not Acceptable\n\nAvailable representations: application/json, application/yaml`);
}

export function parseAccept(header: string): readonly Accepted[] {
  return header
    .split(',')
    .map((part) => {
      const [type = '', ...rest] = part.split(';').map((piece) => piece.trim());
      const parameters = rest.map((pair): readonly [string, string] => {
        const equals = pair.indexOf('=');
        return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      });
      return { type: type.toLowerCase(), parameters: new Map(parameters) };
    })
    .map((accepted, index) => ({ accepted, index, weight: Number(accepted.parameters.get('q') ?? 1) }))
    .toSorted((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ accepted }) => accepted);
}

const encodings: Readonly<Record<string, Form['encoding']>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
};

function formOf({ type, parameters }: Accepted): Form | undefined {
  const encoding = Object.hasOwn(encodings, type) ? encodings[type] : undefined;
  if (!encoding) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { encoding, shape: 'object' };
  const group = parameters.get('g');
  const version = parameters.get('v') ?? '';
  if (as === 'APIGroupDiscoveryList')
    return group === 'apidiscovery.k8s.io' && (version === 'v2' || version === 'v2beta1')
      ? { encoding, shape: 'object', discovery: version }
      : undefined;
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') return version === 'v1' ? { encoding, shape: 'table' } : undefined;
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { encoding, shape: 'metadata' } : undefined;
}
