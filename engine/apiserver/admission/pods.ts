/** Which writes the plugins for Pods look at. */
import type { AdmissionRequest } from '../context.ts';

export function isPodWrite({ operation, target, object }: AdmissionRequest): boolean {
  const { group, plural } = target.resource.kind;
  return operation !== 'DELETE' && group === '' && plural === 'pods' && target.subresource === undefined && object !== undefined;
}
