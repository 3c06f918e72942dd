/** Against a real API server: the tokens must be good. */
import { expect, test } from 'vitest';
import { secret } from '../api/kinds/core/secret.ts';
import { serviceAccount } from '../api/kinds/core/service-account.ts';
import { kinds } from '../api/kinds.ts';
import type { TokenReview } from '../api/types.gen.ts';
import { EventBroadcaster } from '../client/events.ts';
import { Informers } from '../client/informers.ts';
import { testApiServer } from '../testing/test-api-server.ts';
import { accountTokensController } from './account-tokens.ts';

test("a Secret that asks for an account's token gets one that is good as long as both are there", async () => {
  await using api = await testApiServer();
  const { client, clock } = api;
  const errors: string[] = [];
  await using informers = new Informers({ client, clock });
  const events = new EventBroadcaster({ client, clock });
  const onError = (_: string, key: string, error: unknown): void => void errors.push(`${key}: ${error}`);
  const start = accountTokensController({ client, clock, informers, events, kinds, rootCaPem: 'the CA', onError });
  await informers.synced();
  await using _ = start();
  const key = (name: string) => ({ name, namespace: 'default' });
  const ask = (name: string, account: string) =>
    client.create(secret, {
      metadata: { ...key(name), annotations: { 'kubernetes.io/service-account.name': account } },
      type: 'kubernetes.io/service-account-token',
    });
  const { metadata } = await client.create(serviceAccount, { metadata: key('robot') });
  await ask('robot-token', 'robot');
  await ask('orphan', 'nobody');
  const token = await expect
    .poll(async () => (await client.get(secret, key('robot-token'))).data?.token)
    .toBeDefined()
    .then(async () => Buffer.from((await client.get(secret, key('robot-token'))).data?.token ?? '', 'base64').toString());
  const filled = await client.get(secret, key('robot-token'));
  expect([
    filled.metadata.annotations,
    Object.keys(filled.data ?? {}).toSorted(),
    Buffer.from(filled.data?.['ca.crt'] ?? '', 'base64').toString(),
  ]).toEqual([
    { 'kubernetes.io/service-account.name': 'robot', 'kubernetes.io/service-account.uid': metadata.uid },
    ['ca.crt', 'namespace', 'token'],
    'the CA',
  ]);
  const review = async (): Promise<TokenReview['status']> =>
    (
      (await client.request({
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { spec: { token } },
      })) as TokenReview
    ).status;
  expect(await review()).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:robot' } });
  await expect
    .poll(() =>
      client.get(secret, key('orphan')).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
  await client.delete(serviceAccount, key('robot'));
  await expect
    .poll(() =>
      client.get(secret, key('robot-token')).then(
        () => 'there',
        () => 'gone',
      ),
    )
    .toBe('gone');
  expect((await review())?.authenticated).not.toBe(true);
  expect(errors).toEqual([]);
});
