/** The template of a ControllerRevision. Upstream: getPatch in pkg/controller/daemon/util and pkg/controller/statefulset. */
import { isApiError } from '../api/errors.ts';
import { controllerRevision } from '../api/kinds/apps/controller-revision.ts';
import type { Live } from '../api/object.ts';
import type { ControllerRevision, PodTemplateSpec } from '../api/types.gen.ts';
import { sorted } from '../api/validation/fields.ts';
import type { Client } from '../client/client.ts';

/**
 * What is kept: a strategic merge patch that brings the template back (`kubectl rollout undo` sends it as it is). Its fields are in order of name, as Go writes a map: clients
 * compare it byte by byte.
 */
export function snapshotOf(template: PodTemplateSpec): unknown {
  return sorted({ spec: { template: { ...template, $patch: 'replace' } } });
}
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  // Of a revision that is ours the data is what snapshotOf made; of another it may be anything.
  const { spec } = (data ?? {}) as { readonly spec?: { readonly template?: PodTemplateSpec & { readonly $patch?: string } } };
  if (!spec?.template) return undefined;
  const { $patch: _, ...template } = spec.template;
  return template;
}

export async function removeRevision(client: Client, { metadata }: Live<ControllerRevision>): Promise<void> {
  try {
    await client.delete(controllerRevision, metadata);
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
  }
}
