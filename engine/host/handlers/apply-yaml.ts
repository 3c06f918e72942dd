/** `kubectl apply` for the window: several documents, each created or patched; one that fails does not stop the others. */
import { loadAll } from 'js-yaml';
import { ApiError, badRequest, isApiError } from '../../api/errors.ts';
import { expandsBeyond, maxExpandedBytes } from '../../api/expanded-size.ts';
import { findKind } from '../../api/find-kind.ts';
import type { KubeObject, Live } from '../../api/object.ts';
import type { Client } from '../../client/client.ts';
import type { AppliedObject } from '../contract.ts';
import { strictly } from './strictly.ts';
import { toWireError } from './wire-error.ts';

export interface ApplyRequest {
  readonly yaml: string;
  /** For documents that name none. */
  readonly namespace: string;
  readonly dryRun: boolean;
}

export async function applyYaml(client: Client, request: ApplyRequest): Promise<readonly AppliedObject[]> {
  const results: AppliedObject[] = [];
  for (const [document, content] of parse(request.yaml).entries())
    for (const value of objectsIn(content)) results.push(await applyDocument(client, request, { document, value }));
  return results;
}

/** Nothing in an empty document, and what a List holds, as kubectl takes it. */
function objectsIn(content: unknown): readonly unknown[] {
  if (content === null || content === undefined) return [];
  const { kind, items } = content as { readonly kind?: unknown; readonly items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [content];
}

function parse(yaml: string): readonly unknown[] {
  const documents = loadDocuments(yaml);
  if (documents.some((document) => expandsBeyond(document, maxExpandedBytes)))
    throw badRequest('error parsing YAML: a document is larger than 3 MiB when its aliases are written out: use fewer aliases');
  return documents;
}

function loadDocuments(yaml: string): readonly unknown[] {
  try {
    return loadAll(yaml);
  } catch (error) {
    throw badRequest(`error parsing YAML: ${(error as Error).message}`);
  }
}

async function applyDocument(
  client: Client,
  request: ApplyRequest,
  { document, value }: { readonly document: number; readonly value: unknown },
): Promise<AppliedObject> {
  const named = nameOf(value);
  try {
    const { kind, object } = placed(value, request.namespace);
    const { action, live } = await createOrPatch(client, { kind, object, dryRun: request.dryRun });
    return { document, kind: kind.kind, namespace: live.metadata.namespace, name: live.metadata.name, action, object: live };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { document, ...named, action: 'failed', error: toWireError(error) };
  }
}

function nameOf(value: unknown): { readonly kind: string; readonly name: string } {
  const { kind, metadata } = (typeof value === 'object' && value !== null ? value : {}) as Partial<KubeObject>;
  return { kind: typeof kind === 'string' ? kind : '', name: typeof metadata?.name === 'string' ? metadata.name : '' };
}

function placed(value: unknown, namespace: string) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('a document is not a mapping: it needs apiVersion, kind, metadata and spec');
  const object = value as KubeObject;
  const kind = findKind(object);
  if (!kind) throw badRequest(`no matches for kind "${object.kind}" in version "${object.apiVersion}"`);
  const metadata: unknown = object.metadata ?? {};
  if (typeof metadata !== 'object' || Array.isArray(metadata)) throw badRequest('metadata is not a mapping');
  // First the unknown fields: the name may have gone to one like `metaData`.
  strictly(kind, object);
  return { kind, object: { ...object, metadata: { ...(kind.namespaced ? { namespace } : {}), ...withoutEmpty(object.metadata) } } };
}

/** An empty namespace is none. */
function withoutEmpty(metadata: Partial<KubeObject['metadata']> = {}): Partial<KubeObject['metadata']> {
  const { namespace, ...rest } = metadata;
  return namespace ? { ...rest, namespace } : rest;
}

interface Apply {
  readonly kind: NonNullable<ReturnType<typeof findKind>>;
  readonly object: KubeObject;
  readonly dryRun: boolean;
}
async function createOrPatch(
  client: Client,
  { kind, object, dryRun }: Apply,
): Promise<{ readonly action: AppliedObject['action']; readonly live: Live<KubeObject> }> {
  const { namespace, name = '' } = object.metadata;
  try {
    return { action: 'created', live: await client.create(kind, object, { dryRun }) };
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
  const before = await client.get(kind, { namespace, name });
  const live = await client.patch(kind, { namespace, name }, { type: 'strategic', patch: object }, { dryRun });
  return { action: live.metadata.resourceVersion === before.metadata.resourceVersion ? 'unchanged' : 'configured', live };
}
