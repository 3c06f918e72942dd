/** Upstream's answers, as `npm run differential -- --record` kept them, against our API server. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecureApiServer, secureApiServer } from '../../engine/testing/test-api-server.ts';
import { setUp } from './cases.ts';
import { compare } from './compare.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { isExplained, readExplanations } from './explanations.ts';
import { type Recorded, recordedFile } from './recorded.ts';

// Written by our recorder.
const recorded = JSON.parse(readFileSync(recordedFile, 'utf8')) as readonly Recorded[];
const explanations = await readExplanations();
let server: SecureApiServer;
let ours: Endpoint;
beforeAll(async () => {
  server = await secureApiServer();
  ours = endpointOf(await server.kubeconfig('admin', 'system:masters'));
  for (const request of setUp) await ours.request(request);
});
afterAll(async () => {
  ours[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

// In order: a request may need what one before it made.
test.each(recorded)('$title', async ({ title, request, answer }) => {
  const found = compare(answer, await ours.request(request));
  expect(found.filter((difference) => !isExplained({ title, ...difference }, explanations))).toEqual([]);
});

test('there is something to compare', () => {
  expect(recorded.length).toBeGreaterThan(150);
});
