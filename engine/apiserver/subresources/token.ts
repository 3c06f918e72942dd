/** Issues a token for a ServiceAccount. Upstream: pkg/registry/core/serviceaccount/storage/token.go. */
import { rfc3339 } from '../../api/clock.ts';
import { badRequest, conflict, invalid } from '../../api/errors.ts';
import { invalidValue, Path } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import type { BoundObjectReference, Pod, AuthenticationTokenRequest as TokenRequest } from '../../api/types.gen.ts';
import { type AccountTokens, issuer, type Reference, type TokenSpec } from '../authn/account-tokens.ts';
import { decodeCall, named, type Subresource } from '../call.ts';
import type { Context, NamedTarget } from '../context.ts';
import type { LiveObject } from '../resource.ts';
import { get } from '../verbs/get.ts';

const tokenKind = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'tokenrequests',
  schema: 'AuthenticationTokenRequest',
} as const;
const defaultSeconds = 3600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;

export function token(tokens: AccountTokens): Subresource {
  return {
    name: 'token',
    isPartOf: ({ group, plural }) => group === '' && plural === 'serviceaccounts',
    shape: tokenKind,
    verbs: {
      async create(context, call) {
        const request = decodeCall<TokenRequest>(context, call, tokenKind);
        const target = named(call.target);
        await context.admit({ operation: 'CREATE', target, name: target.name, object: request, old: undefined, caller: call.caller });
        return { type: 'object', code: 201, object: await answer(context, tokens, { target, request }) };
      },
    },
  };
}

interface Asked {
  readonly target: NamedTarget;
  readonly request: TokenRequest;
}

async function answer(context: Context, tokens: AccountTokens, { target, request }: Asked): Promise<KubeObject> {
  const { namespace = '', name } = target;
  const seconds = request.spec.expirationSeconds ?? defaultSeconds;
  checkSeconds(name, seconds);
  const account = await get(context, target);
  const audiences = request.spec.audiences?.length ? request.spec.audiences : [issuer];
  const bound = await boundTo(context, { account, reference: request.spec.boundObjectRef });
  const now = context.clock.now();
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: rfc3339(now) },
    spec: { ...request.spec, audiences, expirationSeconds: seconds },
    status: {
      token: tokens.issue({ namespace, account: { name, uid: account.metadata.uid }, ...bound, audiences, seconds }),
      expirationTimestamp: rfc3339(now + seconds * 1000),
    },
  } as KubeObject;
}

function checkSeconds(name: string, seconds: number): void {
  const refuse = (problem: string) => invalid(tokenKind, name, [invalidValue(new Path('spec').at('expirationSeconds'), seconds, problem)]);
  if (seconds < minSeconds) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > maxSeconds) throw refuse('may not specify a duration larger than 2^32 seconds');
}

interface Binding {
  readonly account: LiveObject;
  readonly reference: BoundObjectReference | undefined;
}

async function boundTo(context: Context, { account, reference }: Binding): Promise<Pick<TokenSpec, 'pod' | 'node' | 'secret'>> {
  if (!reference) return {};
  const { namespace, name: accountName } = account.metadata;
  const find = async (plural: string): Promise<LiveObject> => {
    const resource = context.registry.need('', plural);
    const found = await get(context, { resource, namespace: resource.kind.namespaced ? namespace : undefined, name: reference.name ?? '' });
    const { uid } = reference;
    if (!uid || uid === found.metadata.uid) return found;
    const problem = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(resource.kind, found.metadata.name, problem);
  };
  switch (`${reference.apiVersion}/${reference.kind}`) {
    case 'v1/Pod': {
      const pod = (await find('pods')) as LiveObject & Pod;
      if (pod.spec.serviceAccountName !== accountName)
        throw badRequest(`cannot bind token for serviceaccount "${accountName}" to pod running with different serviceaccount name.`);
      return { pod: referenceTo(pod), node: await nodeOf(context, pod) };
    }
    case 'v1/Secret':
      return { secret: referenceTo(await find('secrets')) };
    case 'v1/Node':
      return { node: referenceTo(await find('nodes')) };
    default:
      throw badRequest(`cannot bind token to object of type ${reference.apiVersion}, Kind=${reference.kind}`);
  }
}

async function nodeOf({ store, registry }: Context, { spec }: Pod): Promise<Reference | undefined> {
  const nodes = registry.need('', 'nodes');
  const entry = spec.nodeName ? await store.get(nodes.key(undefined, spec.nodeName)) : undefined;
  return entry && referenceTo(nodes.live(entry));
}

function referenceTo({ metadata }: LiveObject): Reference {
  return { name: metadata.name, uid: metadata.uid };
}
