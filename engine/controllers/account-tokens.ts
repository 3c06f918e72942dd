/**
 * Fills Secrets that ask for a ServiceAccount's token, and removes those whose account is gone. Upstream: pkg/controller/serviceaccount/tokens_controller.go;
 * the token here is one of the usual kind, bound to its Secret.
 */
import { isApiError } from '../api/errors.ts';
import { secret as secretKind } from '../api/kinds/core/secret.ts';
import { serviceAccount as accountKind } from '../api/kinds/core/service-account.ts';
import { keyOf, keyString, type Live } from '../api/object.ts';
import type { AuthenticationTokenRequest, Secret } from '../api/types.gen.ts';
import type { Client } from '../client/client.ts';
import { Controller, done, onChange } from '../client/controller.ts';
import type { ControllerSetup } from './context.ts';

const type = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
/** It ends with its Secret or its account, whichever goes first. */
const expirationSeconds = 2 ** 32;

const accountKeyOf = ({ metadata: { namespace, annotations = {} } }: Live<Secret>): string =>
  keyString({ namespace, name: annotations[nameAnnotation] ?? '' });
const byAccount = { account: (secret: Live<Secret>): readonly string[] => (secret.type === type ? [accountKeyOf(secret)] : []) };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const accountTokensController: ControllerSetup = ({ client, clock, informers, rootCaPem, onError }) => {
  const secrets = informers.cache(secretKind, {}, byAccount);
  const accounts = informers.cache(accountKind);
  return () =>
    new Controller({
      name: 'tokens-controller',
      clock,
      onError,
      triggers: [
        onChange(secrets, ({ type: what, object }) => (what !== 'deleted' && object.type === type ? [keyOf(object)] : [])),
        onChange(accounts, ({ object }) => secrets.byIndex('account', keyOf(object)).map(keyOf)),
      ],
      async reconcile(key) {
        const secret = secrets.get(key);
        if (!secret || secret.metadata.deletionTimestamp !== undefined) return done;
        const account = accounts.get(accountKeyOf(secret));
        const { uid, annotations = {} } = secret.metadata;
        if (!account || (annotations[uidAnnotation] ?? account.metadata.uid) !== account.metadata.uid) {
          await client.delete(secretKind, secret.metadata, { uid }).catch((error: unknown) => {
            if (!isApiError(error, 'NotFound')) throw error;
          });
          return done;
        }
        const { data = {} } = secret;
        if (data.token && data['ca.crt'] && data.namespace && annotations[uidAnnotation]) return done;
        const token = data.token ?? base64(await tokenFor(client, secret, account.metadata.name));
        const metadata = { ...secret.metadata, annotations: { ...annotations, [uidAnnotation]: account.metadata.uid } };
        const filled = { ...data, token, 'ca.crt': base64(rootCaPem), namespace: base64(secret.metadata.namespace ?? '') };
        await client.update(secretKind, { ...secret, metadata, data: filled });
        return done;
      },
    });
};

async function tokenFor(client: Client, { metadata }: Live<Secret>, account: string): Promise<string> {
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: metadata.name, uid: metadata.uid };
  const answer = await client.request({
    method: 'POST',
    path: `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${account}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [], boundObjectRef, expirationSeconds } },
  });
  // What this path answers with.
  return (answer as AuthenticationTokenRequest).status?.token ?? '';
}
