/**
 * The life of a request behind authentication: authorize, find the resource, decode, admit, act. Local calls and calls over the network
 * both go through it; encoding is the caller's. Upstream: apiserver's handler chain.
 */
import { unknownPath } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { type Attributes, type Authorizer, attributesOf, checkAllowed } from './authz/attributes.ts';
import { type Body, type Call, decodeCall, type Outcome, type Parameters, refusedMethod, type Subresource } from './call.ts';
import type { Caller, Context, User } from './context.ts';
import { perform } from './perform.ts';
import type { RequestInfo, ResourceInfo, Verb } from './request-info.ts';
import type { Resource } from './resource.ts';
import { type WatchEvent, type WatchOptions, watch } from './verbs/watch.ts';

/** A kind that is asked and not stored: reviews. */
export interface Review extends Pick<KindDefinition, 'group' | 'version' | 'kind' | 'plural' | 'singular' | 'namespaced' | 'schema'> {
  readonly answer: (request: KubeObject, caller: Caller, namespace: string | undefined) => Promise<KubeObject>;
}

export interface RouteOptions {
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly body: Body | undefined;
  readonly signal: AbortSignal;
}

export interface Description {
  /** Reviews, and parts of an object with a form of their own, cannot be shown as a table. */
  readonly hasTable: boolean;
  /** Whether the request is carried on to somebody else. */
  readonly connects: boolean;
  /** Warned about with every answer. */
  readonly deprecation?: string | undefined;
}

export interface Pipeline {
  /** Throws Forbidden. */
  check(user: User, attributes: Attributes): void;
  /** Everything that is a resource but watches. Throws ApiErrors only, unless something is broken. */
  route(info: RequestInfo, options: RouteOptions): Promise<Outcome>;
  watch(
    info: RequestInfo,
    caller: Caller,
    options: WatchOptions,
  ): { readonly resource: Resource; readonly events: AsyncGenerator<readonly WatchEvent[]> };
  /** What is known of the answer before the request is read. */
  describe(info: RequestInfo): Description;
  /** Whether the path lies in a group that is served. */
  isGroup(path: string): boolean;
  /** Documents of the API about itself: `/version`, discovery. Undefined when there is none at that path. */
  document(info: RequestInfo, caller: Caller): Promise<object | undefined>;
}

export interface PipelineOptions {
  readonly context: Context;
  readonly authorize: Authorizer;
  readonly subresources: readonly Subresource[];
  readonly reviews: readonly Review[];
  readonly documents: (path: string) => Promise<object | undefined>;
}

export function createPipeline({ context, authorize, subresources, reviews, documents }: PipelineOptions): Pipeline {
  const check = (user: User, attributes: Attributes): void => checkAllowed(authorize, user, attributes);
  const find = ({ group, version, plural }: ResourceInfo): Resource => {
    const resource = context.registry.find(group, version, plural);
    if (!resource) throw unknownPath();
    return resource;
  };
  const reviewOf = (at: ResourceInfo): Review | undefined =>
    reviews.find(({ group, version, plural }) => group === at.group && version === at.version && plural === at.plural);
  return {
    check,
    async route(info, options) {
      check(options.caller.user, attributesOf(info));
      const at = need(info);
      const review = reviewOf(at);
      if (review) return ask(context, review, { at, info, options });
      const checkCreate = (): void => check(options.caller.user, attributesOf({ ...info, verb: 'create' }));
      return perform(context, { ...callOf(find(at), { at, info, options }), checkCreate }, subresources);
    },
    watch(info, caller, options) {
      check(caller.user, attributesOf(info));
      const at = need(info);
      const resource = find(at);
      const fieldSelector = [options.fieldSelector, at.name === undefined ? undefined : `metadata.name=${at.name}`].filter((one) => one);
      const selected = { ...options, fieldSelector: fieldSelector.join(',') || undefined };
      return { resource, events: watch(context, { resource, namespace: at.namespace }, selected) };
    },
    describe({ resource: at }) {
      if (at === undefined || reviewOf(at)) return { hasTable: false, connects: false };
      if (at.subresource === undefined)
        return { hasTable: true, connects: false, deprecation: context.registry.find(at.group, at.version, at.plural)?.kind.deprecation };
      const part = subresources.find(({ name }) => name === at.subresource);
      return { hasTable: part?.shape === undefined || part.hasTable === true, connects: part?.connects === true };
    },
    isGroup(path) {
      const [, root, group] = path.split('/');
      return root === 'apis' && context.registry.resources.some(({ kind }) => kind.group !== '' && kind.group === group);
    },
    document(info, caller) {
      check(caller.user, attributesOf(info));
      return documents(info.path);
    },
  };
}

function need({ resource }: RequestInfo): ResourceInfo {
  if (!resource) throw unknownPath();
  return resource;
}

interface Routed {
  readonly at: ResourceInfo;
  readonly info: RequestInfo;
  readonly options: RouteOptions;
}

/** These name no single namespace, or need none. */
const spanning: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection']);

function callOf(resource: Resource, { at, info, options }: Routed): Omit<Call, 'checkCreate'> {
  const { namespaced, plural } = resource.kind;
  // `/namespaces/x` lies in namespace x for authorization only.
  const namespace = namespaced ? at.namespace : undefined;
  if (namespaced && namespace === undefined && !spanning.has(info.verb)) throw refusedMethod();
  if (!namespaced && at.namespace !== undefined && plural !== 'namespaces') throw unknownPath();
  // Methods without a verb find no handler.
  const verb = info.verb as Verb;
  return { ...options, verb, target: { resource, namespace, subresource: at.subresource, name: at.name } };
}

async function ask(context: Context, review: Review, { at, info, options }: Routed): Promise<Outcome> {
  if (info.verb !== 'create' || at.name !== undefined) throw refusedMethod();
  const { caller, body, parameters } = options;
  const request = decodeCall<KubeObject>(context, { caller, body, parameters }, review);
  return { type: 'object', code: 201, object: await review.answer(request, caller, at.namespace) };
}
