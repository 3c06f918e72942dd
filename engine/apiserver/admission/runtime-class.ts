/** Refuses Pods of a RuntimeClass that is not there. RuntimeClasses are not served yet, so none is. Upstream: plugin/pkg/admission/runtimeclass. */
import { forbidden } from '../../api/errors.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Admission } from '../context.ts';
import { isPodWrite } from './pods.ts';

export const runtimeClass: Admission = async (request) => {
  if (request.operation !== 'CREATE' || !isPodWrite(request)) return request.object;
  // `isPodWrite` has looked at the kind.
  const { runtimeClassName } = (request.object as Pod).spec;
  if (!runtimeClassName) return request.object;
  throw forbidden(request.target.resource.kind, request.name, `pod rejected: RuntimeClass "${runtimeClassName}" not found`);
};
