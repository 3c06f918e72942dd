/** From a call that may happen to the verb that does it. Upstream: apiserver's endpoints/installer.go. */
import { decodeAs } from '../api/decode.ts';
import { DecodeError } from '../api/decode-scalars.ts';
import { badRequest, methodNotAllowed, unknownPath } from '../api/errors.ts';
import type { Json, KubeObject } from '../api/object.ts';
import type { DeleteOptions } from '../api/types.gen.ts';
import {
  type Body,
  type Call,
  decodeCall,
  type Handler,
  named,
  type Outcome,
  patchOf,
  refusedMethod,
  requireVersion,
  type Subresource,
} from './call.ts';
import type { Context } from './context.ts';
import { managerOf } from './managed-kinds.ts';
import { checkDeleteOptions } from './parameters.ts';
import { decodeProtobuf } from './protobuf/decode-protobuf.ts';
import type { Verb } from './request-info.ts';
import { create } from './verbs/create.ts';
import { deletedStatus, deleteObject } from './verbs/delete.ts';
import { deleteCollection } from './verbs/delete-collection.ts';
import { get } from './verbs/get.ts';
import { asListing, openList } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { update } from './verbs/update.ts';

/** Everything but watches, which have an answer of their own. */
export function perform(context: Context, call: Call, subresources: readonly Subresource[]): Promise<Outcome> {
  return handlerOf(call, subresources)(context, call);
}

function handlerOf({ verb, target }: Call, subresources: readonly Subresource[]): Handler {
  const { kind } = target.resource;
  if (target.subresource === undefined) {
    const handler = verbs[verb];
    if (handler && (!kind.verbs || kind.verbs.includes(verb))) return handler;
    throw refusedMethod();
  }
  const part = subresources.find(({ name, isPartOf }) => name === target.subresource && isPartOf(kind));
  if (!part) throw unknownPath();
  const handler = part.verbs[verb];
  if (!handler) throw refusedMethod();
  return handler;
}

const verbs: Readonly<Partial<Record<Verb, Handler>>> = {
  async get(context, { target }) {
    return { type: 'object', code: 200, object: await get(context, named(target)), resource: target.resource };
  },
  async list(context, { target, parameters }) {
    return { type: 'list', list: await openList(context, target, parameters.list), resource: target.resource };
  },
  async create(context, call) {
    const { target, caller, parameters } = call;
    if (target.name !== undefined) throw refusedMethod();
    if (target.resource.kind.custom?.isTerminating)
      throw methodNotAllowed('create not allowed while custom resource definition is terminating');
    const wanted = decodeCall<KubeObject>(context, call, target.resource.kind);
    const object = await create(context, {
      target,
      object: wanted,
      dryRun: parameters.dryRun,
      caller,
      manager: managerOf(parameters, caller),
    });
    return { type: 'object', code: 201, object, resource: target.resource };
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
    const { object, isCreated } = await patch(context, request);
    return { type: 'object', code: isCreated ? 201 : 200, object, resource: target.resource };
  },
  async delete(context, call) {
    const { caller } = call;
    const target = named(call.target);
    const { options, dryRun } = deletionOf(call);
    const { object, isGone } = await deleteObject(context, { target, options, dryRun, caller });
    if (isGone && target.resource.kind.returnsDeleted !== true) return { type: 'object', code: 200, object: deletedStatus(target, object) };
    return { type: 'object', code: 200, object, resource: target.resource };
  },
  async deletecollection(context, call) {
    const { target, caller, parameters } = call;
    const { options, dryRun } = deletionOf(call);
    const found = await deleteCollection(context, { target, options, list: parameters.list, dryRun, caller });
    return { type: 'list', list: asListing(found), resource: target.resource };
  },
};

function deletionOf({ body, parameters }: Call): { readonly options: DeleteOptions; readonly dryRun: boolean } {
  const given = body === undefined || body.type === 'patch' ? undefined : readOptions(jsonOf(body));
  const options = given ?? parameters.deletion;
  checkDeleteOptions(options);
  return { options, dryRun: parameters.dryRun || (options.dryRun ?? []).length > 0 };
}

const deleteOptions = { group: '', version: 'v1', kind: 'DeleteOptions' } as const;

function jsonOf(body: Exclude<Body, { readonly type: 'patch' }>): Json {
  if (body.type === 'protobuf') return decodeProtobuf(body.bytes, deleteOptions);
  return body.type === 'text' ? parse(body.text) : body.value;
}

function parse(text: string): Json {
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw badRequest(`the body of the request is not JSON: ${cause instanceof Error ? cause.message : 'malformed'}`);
  }
}

function readOptions(value: Json): DeleteOptions {
  try {
    // The schema table holds the fields of DeleteOptions.
    return decodeAs('DeleteOptions', value).value as DeleteOptions;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}
