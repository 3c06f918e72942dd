/**
 * Tokens of ServiceAccounts: issued for an audience and bound to a Pod, and good only as long as both are there.
 * Upstream: pkg/serviceaccount/claims.go and pkg/registry/core/serviceaccount/storage/token.go.
 */
import type { Clock } from '../../api/clock.ts';
import type { ObjectMeta } from '../../api/types.gen.ts';
import type { Store } from '../../store/store.ts';
import type { User } from '../context.ts';
import type { Registry } from '../registry.ts';
import type { Resource } from '../resource.ts';
import { type Claims, readToken, type SigningKey, signToken } from './jwt.ts';
import { accountGroups, accountUsername, authenticated } from './users.ts';

export const issuer = 'https://kubernetes.default.svc.cluster.local';
/** Who asks kubelet's volumes for a token gets this, and a token that outlives it: computers sleep. */
const projectedSeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;
/** How long a Pod's token lives on after the Pod was asked to go. */
const leewayMs = 60_000;

export interface Reference {
  readonly name: string;
  readonly uid: string;
}
export interface TokenSpec {
  readonly namespace: string;
  readonly account: Reference;
  readonly pod?: Reference | undefined;
  readonly node?: Reference | undefined;
  readonly secret?: Reference | undefined;
  readonly audiences: readonly string[];
  readonly seconds: number;
}
export interface Authenticated {
  readonly user: User;
  readonly audiences: readonly string[];
}

export interface AccountTokens {
  issue(spec: TokenSpec): string;
  /** Undefined when the token is not good; `audiences`: one of them must be the token's. */
  authenticate(token: string, audiences?: readonly string[]): Promise<Authenticated | undefined>;
}

export interface AccountTokensOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly key: SigningKey;
  readonly newUid: () => string;
}

export function accountTokens(options: AccountTokensOptions): AccountTokens {
  const { clock, key, newUid } = options;
  return {
    issue(spec) {
      const now = Math.floor(clock.now() / 1000);
      const isExtended = spec.seconds === projectedSeconds && spec.audiences.includes(issuer);
      return signToken(key, {
        aud: spec.audiences,
        exp: now + (isExtended ? extendedSeconds : spec.seconds),
        iat: now,
        iss: issuer,
        jti: newUid(),
        'kubernetes.io': {
          namespace: spec.namespace,
          ...(spec.node ? { node: spec.node } : {}),
          ...(spec.pod ? { pod: spec.pod } : {}),
          ...(spec.secret ? { secret: spec.secret } : {}),
          serviceaccount: spec.account,
          ...(isExtended ? { warnafter: now + projectedSeconds } : {}),
        },
        nbf: now,
        sub: accountUsername({ namespace: spec.namespace, name: spec.account.name }),
      });
    },
    async authenticate(token, audiences = [issuer]) {
      const claims = readToken(key, token);
      const read = claims && readClaims(claims);
      if (!read) return undefined;
      const now = clock.now() / 1000;
      const shared = read.audiences.filter((audience) => audiences.includes(audience));
      if (now >= read.expires || now < read.notBefore || shared.length === 0) return undefined;
      return (await isAlive(options, read)) ? { user: userOf(read), audiences: shared } : undefined;
    },
  };
}

interface Read {
  readonly audiences: readonly string[];
  readonly expires: number;
  readonly notBefore: number;
  readonly id: string;
  readonly namespace: string;
  readonly account: Reference;
  readonly pod: Reference | undefined;
  readonly node: Reference | undefined;
  readonly secret: Reference | undefined;
}

/** The signature was ours; a token of another form is of another time. */
function readClaims(claims: Claims): Read | undefined {
  const { aud, exp, nbf, iss, jti } = claims;
  const own = claims['kubernetes.io'];
  if (iss !== issuer || typeof exp !== 'number' || typeof nbf !== 'number' || !Array.isArray(aud)) return undefined;
  if (typeof own !== 'object' || own === null) return undefined;
  const { namespace, serviceaccount, pod, node, secret }: Claims = { ...own };
  const account = referenceOf(serviceaccount);
  if (typeof namespace !== 'string' || !account) return undefined;
  const bound = { pod: referenceOf(pod), node: referenceOf(node), secret: referenceOf(secret) };
  return { audiences: aud.map(String), expires: exp, notBefore: nbf, id: String(jti), namespace, account, ...bound };
}
function referenceOf(value: unknown): Reference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, uid }: Claims = { ...value };
  return typeof name === 'string' && typeof uid === 'string' ? { name, uid } : undefined;
}

/** What the token is bound to is still the same: a name that was given anew is somebody else. */
async function isAlive({ store, registry, clock }: AccountTokensOptions, read: Read): Promise<boolean> {
  const standing = async (resource: Resource, namespace: string | undefined, { name, uid }: Reference): Promise<boolean> => {
    const entry = await store.get(resource.key(namespace, name));
    const metadata: ObjectMeta | undefined = entry && resource.live(entry).metadata;
    if (metadata?.uid !== uid) return false;
    const { deletionTimestamp } = metadata;
    return deletionTimestamp === undefined || clock.now() < Date.parse(deletionTimestamp) + leewayMs;
  };
  const { namespace, account, pod, node, secret } = read;
  return (
    (await standing(registry.need('', 'serviceaccounts'), namespace, account)) &&
    (!pod || (await standing(registry.need('', 'pods'), namespace, pod))) &&
    // A Pod's node is told for information only; a token of its own node is bound to it.
    (!node || pod !== undefined || (await standing(registry.need('', 'nodes'), undefined, node))) &&
    (!secret || (await standing(registry.need('', 'secrets'), namespace, secret)))
  );
}

function userOf({ namespace, account, pod, node, id }: Read): User {
  const prefix = 'authentication.kubernetes.io';
  const extra = {
    [`${prefix}/credential-id`]: [`JTI=${id}`],
    ...(node ? { [`${prefix}/node-name`]: [node.name], [`${prefix}/node-uid`]: [node.uid] } : {}),
    ...(pod ? { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] } : {}),
  };
  const user = authenticated({ username: accountUsername({ namespace, name: account.name }), groups: accountGroups(namespace) });
  return { ...user, uid: account.uid, extra };
}
