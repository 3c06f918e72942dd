/** What may change or refuse a write before it happens, in this order. A plugin is a file and a line where the chain is built. */
import type { KubeObject } from '../../api/object.ts';
import type { Admission, AdmissionRequest } from '../context.ts';

export function admissionChain(plugins: readonly Admission[]): Admission {
  return async (request: AdmissionRequest): Promise<KubeObject | undefined> => {
    let { object } = request;
    for (const plugin of plugins) object = await plugin({ ...request, object });
    return object;
  };
}
