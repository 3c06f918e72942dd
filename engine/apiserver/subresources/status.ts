/** `/status`: reads the whole object and changes its status only. */
import type { KubeObject } from '../../api/object.ts';
import { decodeCall, named, patchOf, requireVersion, type Subresource } from '../call.ts';
import { managerOf } from '../managed-kinds.ts';
import { get } from '../verbs/get.ts';
import { patch } from '../verbs/patch.ts';
import { update } from '../verbs/update.ts';

export const status: Subresource = {
  name: 'status',
  isPartOf: ({ hasStatus }) => hasStatus,
  verbs: {
    async get(context, { target }) {
      return { type: 'object', code: 200, object: await get(context, named(target)), resource: target.resource };
    },
    async update(context, call) {
      const { target, caller, parameters } = call;
      const wanted = decodeCall<KubeObject>(context, call, target.resource.kind);
      requireVersion(target.resource, wanted);
      const object = await update(context, {
        target: named(target),
        change: () => wanted,
        dryRun: parameters.dryRun,
        caller,
        manager: managerOf(parameters, caller),
      });
      return { type: 'object', code: 200, object, resource: target.resource };
    },
    async patch(context, call) {
      const { target, caller, parameters } = call;
      const request = { target: named(target), patch: patchOf(call), ...parameters, caller, checkCreate: call.checkCreate };
      const { object } = await patch(context, request);
      return { type: 'object', code: 200, object, resource: target.resource };
    },
  },
};
