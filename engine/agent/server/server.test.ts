/** Tunnels through the kubelet API: TLS and sockets of this machine, with the control plane's own client at the other end. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HttpsClient } from '../../client/https.ts';
import { systemClock } from '../../client/system-clock.ts';
import { type CertificateAuthority, openCertificateAuthority } from '../../cluster/certificates.ts';
import { type AgentEndpoint, openTunnel } from '../../cluster/ports/tunnel.ts';
import type { AgentConfig } from '../config.ts';
import type { AgentContext } from '../context.ts';
import { agentInformers } from '../informers.ts';
import { lineLog } from '../log.ts';
import { DockerRuntime } from '../runtime/docker.ts';
import { isAllowed } from './admission.ts';
import { parseTarget } from './connect.ts';
import { startServer } from './server.ts';

let directory: string;
let authority: CertificateAuthority;
let config: AgentConfig;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minato-server-'));
  authority = await openCertificateAuthority({ directory, clock: systemClock });
  const pair = await authority.ensureLeaf({ file: 'kubelet', commonName: 'system:node:n', usage: 'server', names: ['localhost'] });
  const node = await authority.ensureLeaf({ file: 'node', commonName: 'system:node:n', organization: 'system:nodes', usage: 'client' });
  const addresses = { nodeIp: '127.0.0.1', podCidr: '10.244.0.0/24', clusterCidr: '10.244.0.0/16', gatewayIp: '10.244.255.254' };
  const services = { serviceCidr: '10.96.0.0/16', dnsIp: '10.96.0.10', dnsDomain: 'cluster.local' };
  const engine = { networkName: 'none', sandboxImage: 'none', stateVolume: 'none', stateDir: directory, storageVolume: 'none', labels: {} };
  const apiServer = { url: 'https://127.0.0.1:1', caPem: authority.certificatePem, ...node };
  config = { cluster: 'c', nodeName: 'n', ...addresses, ...services, ...engine, apiServer, server: { port: 0, ...pair } };
});
afterAll(() => rm(directory, { recursive: true }));

let stack: AsyncDisposableStack;
let port: number;
let target: string;
/** The other end of the tunnel that is opened next. */
let accepted: Promise<Socket>;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const log = lineLog(() => undefined, Date.now);
  const client = stack.use(new HttpsClient(config.apiServer));
  const context: AgentContext = { config, client, informers: agentInformers({ client, clock: systemClock, log }), clock: systemClock, log };
  const runtime = stack.use(
    new DockerRuntime({ socketPath: '/nonexistent', cluster: 'c', node: 'n', networkName: 'x', sandboxImage: 'x' }),
  );
  const nobody = { pods: () => [], find: () => undefined, sandboxOf: () => undefined, [Symbol.asyncDispose]: async () => undefined };
  port = stack.use(await startServer(context, { kubelet: nobody, runtime })).port;
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  stack.defer(() => void server.close());
  await once(server, 'listening');
  target = `127.0.0.1:${(server.address() as { readonly port: number }).port}`;
  accepted = once(server, 'connection').then(([socket]) => socket as Socket);
});
afterEach(() => stack.disposeAsync());

async function endpoint(organization = 'system:masters'): Promise<AgentEndpoint> {
  const pair = await authority.ensureLeaf({ file: organization.replace(':', '-'), commonName: 'someone', organization, usage: 'client' });
  return { host: '127.0.0.1', port, serverName: 'localhost', caPem: authority.certificatePem, ...pair };
}
const open = async () => openTunnel(await endpoint(), target, new AbortController().signal);
/** All until the end. Not by iterating: that would destroy a stream that is still sending. */
async function received(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a tunnel', () => {
  test('carries much in both directions at once', async () => {
    const [there, back] = [randomBytes(8_000_000), randomBytes(8_000_000)];
    const near = await open();
    const far = await accepted;
    Readable.from([there]).pipe(near);
    Readable.from([back]).pipe(far);
    const [arrived, returned] = await Promise.all([received(far), received(near)]);
    expect([digest(arrived), digest(returned)]).toEqual([digest(there), digest(back)]);
  });

  test('holds the sender back while the receiver does not read', async () => {
    const near = await open();
    const far = await accepted;
    near.pause();
    const total = 64_000_000;
    let sent = 0;
    const piece = Buffer.alloc(1_000_000);
    // Goes on as long as the far side's system takes it; what is between must fill up long before everything is sent.
    while (sent < total && far.write(piece)) sent += piece.length;
    await Promise.race([once(far, 'drain'), new Promise((resolve) => setImmediate(resolve))]);
    while (sent < total && far.writableLength === 0) {
      far.write(piece);
      sent += piece.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent).toBeLessThan(total);
    far.destroy();
    near.destroy();
  });

  test('whose near end stops sending still hears the answer', async () => {
    const near = await open();
    const far = await accepted;
    near.end('question');
    expect(String(await received(far))).toBe('question');
    far.end('answer');
    expect(String(await received(near))).toBe('answer');
  });

  test('whose near end is gone ends at the far end', async () => {
    const near = await open();
    const far = await accepted;
    far.on('error', () => undefined).resume();
    near.destroy();
    // To the far end it looks like one who has stopped sending, until it says something itself.
    await once(far, 'end');
    while (!far.destroyed) {
      far.write('anyone there?');
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  test('whose far end breaks ends at the near end', async () => {
    const near = await open();
    const far = await accepted;
    const closed = once(near, 'close');
    near.on('error', () => undefined).resume();
    far.resetAndDestroy();
    await closed;
  });

  test('ends when the agent does', async () => {
    const near = await open();
    const closed = once(near, 'close');
    near.on('error', () => undefined).resume();
    await stack.disposeAsync();
    await closed;
  });

  test.each([
    ['127.0.0.1:1', 502, 'dial tcp 127.0.0.1:1: connect: connection refused'],
    ['nowhere', 400, 'no address of the form host:port: nowhere'],
  ])('to %s is refused with the reason', async (address, status, reason) => {
    const refused = openTunnel(await endpoint(), address, new AbortController().signal);
    await expect(refused).rejects.toMatchObject({ status, message: expect.stringContaining(reason) });
  });

  test('is not for other nodes', async () => {
    const refused = openTunnel(await endpoint('system:nodes'), target, new AbortController().signal);
    await expect(refused).rejects.toMatchObject({ status: 403 });
  });
});

test('a client that speaks no TLS is not answered, and does no harm', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\n\r\n');
  await once(socket.on('error', () => undefined).resume(), 'close');
  await (await open()).destroy();
});

test.each([
  ['10.244.0.5:80', { host: '10.244.0.5', port: 80 }],
  ['[fd00::1]:80', { host: 'fd00::1', port: 80 }],
  ['host:65536', undefined],
  ['host:0', undefined],
  ['host', undefined],
  [':80', undefined],
])('the target %s is %j', (text, expected) => {
  expect(parseTarget(text)).toEqual(expected);
});

test.each([
  [{ O: 'system:masters', CN: 'admin' }, true],
  [{ O: ['a', 'system:masters'], CN: 'admin' }, true],
  [{ CN: 'system:masters' }, true],
  [{ O: 'system:masters-not', CN: 'x' }, false],
  [{}, false],
])('the subject %j: %s', (subject, expected) => {
  expect(isAllowed(subject)).toBe(expected);
});
