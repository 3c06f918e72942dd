/** The cluster's DNS over real sockets on loopback, with a resolver of the test behind it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import packet, { type DecodedPacket, type Packet, type Question } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import { systemClock } from '../../client/system-clock.ts';
import { Answerer } from './answerer.ts';
import type { WatchedNames } from './cluster-names.ts';
import { computerHosts, nameservers } from './dns.ts';
import { Forwarder, type Transport } from './forward.ts';
import { listenDns } from './listen.ts';

type Answered = DecodedPacket & { readonly rcode: string };
const manyEndpoints = 250;
const services: Readonly<Record<string, Service['spec']>> = {
  web: { clusterIP: '10.96.0.20', ports: [{ name: 'http', port: 80 }] },
  many: { clusterIP: 'None' },
  outside: { type: 'ExternalName', externalName: 'www.example.com' },
  long: { type: 'ExternalName', externalName: 'long.example.com' },
  inside: { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' },
  round: { type: 'ExternalName', externalName: 'round.shop.svc.cluster.local' },
};
const slice: EndpointSlice = {
  metadata: {},
  addressType: 'IPv4',
  endpoints: Array.from({ length: manyEndpoints }, (_, index) => ({ addresses: [`10.244.0.${index}`] })),
};
let isSynced: boolean;
const names: WatchedNames = {
  get synced() {
    return isSynced;
  },
  hasNamespace: (name) => name === 'shop',
  service: (_, name) => services[name] && { metadata: { name, namespace: 'shop' }, spec: services[name] },
  slices: () => [slice],
  servicesAt: () => [],
  slicesWith: () => [],
};
const zone = { domain: 'cluster.local', dnsIp: '10.96.0.10', ranges: ['10.96.0.0/16'], hosts: new Map<string, string>() };

let stack: AsyncDisposableStack;
let port: number;
/** How many questions. */
let answered: number;
/** What the resolver behind was asked, as `udp www.example.com`. */
let asked: string[];
beforeEach(async () => {
  isSynced = true;
  asked = [];
  stack = new AsyncDisposableStack();
  const behind = stack.use(await listenDns({ address: '127.0.0.1', port: 0, clock: systemClock, answer: resolver }));
  const ending = new AbortController();
  stack.defer(() => ending.abort());
  // The first does not answer: nothing listens there.
  const forwarder = new Forwarder({ servers: ['127.0.0.2', '127.0.0.1'], port: behind.port, clock: systemClock, signal: ending.signal });
  const answerer = new Answerer({ zone, names, forwarder, random: () => 0.99 });
  answered = 0;
  const answer = async (bytes: Buffer, transport: Transport): Promise<Buffer | undefined> => {
    const reply = await answerer.answer(bytes, transport);
    answered++;
    return reply;
  };
  const front = { address: '127.0.0.1', port: 0, clock: systemClock, answer };
  port = stack.use(await listenDns(front)).port;
});
afterEach(() => stack.disposeAsync());

async function resolver(bytes: Buffer, transport: Transport): Promise<Buffer | undefined> {
  const { id = 0, questions = [] } = packet.decode(bytes);
  const [{ name, type }] = questions as [Question];
  asked.push(`${transport} ${name}`);
  if (name === 'silent.example.com') return undefined;
  if (name === 'long.example.com' && transport === 'udp')
    return packet.encode({ type: 'response', id, questions, flags: packet.TRUNCATED_RESPONSE });
  if (name === 'absent.example.com') return packet.encode({ type: 'response', id, questions, flags: 3 });
  return packet.encode({
    type: 'response',
    id,
    questions,
    answers: [{ type: 'A', name, ttl: 60, data: type === 'A' ? '192.0.2.53' : '0.0.0.0' }],
  });
}

const query = (name: string, more: Packet = {}, type: Question['type'] = 'A'): Buffer =>
  packet.encode({ type: 'query', id: 7, flags: packet.RECURSION_DESIRED, questions: [{ name, type }], ...more });
const edns = (udpPayloadSize: number): Packet => ({
  additionals: [{ type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] }],
});

async function overUdp(bytes: Buffer): Promise<Answered> {
  const socket = createSocket('udp4');
  try {
    socket.send(bytes, port, '127.0.0.1');
    const [answer] = (await once(socket, 'message')) as [Buffer];
    return packet.decode(answer) as Answered;
  } finally {
    socket.close();
  }
}
async function overTcp(...queries: readonly Buffer[]): Promise<readonly Answered[]> {
  const socket = connect(port, '127.0.0.1');
  for (const bytes of queries) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    // Byte by byte: a message need not arrive in one piece.
    for (const byte of Buffer.concat([length, bytes])) socket.write(Buffer.of(byte));
  }
  socket.end();
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  let rest = Buffer.concat(chunks);
  const answers: Answered[] = [];
  while (rest.length > 0) {
    answers.push(packet.streamDecode(rest) as Answered);
    rest = rest.subarray(2 + rest.readUInt16BE(0));
  }
  return answers;
}
const addresses = ({ answers = [] }: Packet): readonly string[] => answers.flatMap((record) => (record.type === 'A' ? [record.data] : []));

describe('names of the cluster', () => {
  test('are answered with authority, over UDP and TCP, several on one connection', async () => {
    const answer = await overUdp(query('web.shop.svc.cluster.local'));
    expect(answer).toMatchObject({
      id: 7,
      type: 'response',
      rcode: 'NOERROR',
      flag_aa: true,
      flag_rd: true,
      flag_ra: true,
      flag_tc: false,
    });
    expect(addresses(answer)).toEqual(['10.96.0.20']);
    const both = await overTcp(query('web.shop.svc.cluster.local'), query('absent.shop.svc.cluster.local'));
    expect(both.map(({ rcode }) => rcode)).toEqual(['NOERROR', 'NXDOMAIN']);
    expect(asked).toEqual([]);
  });

  test.each([
    ['absent.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['web.shop.svc.cluster.local', 'AAAA', 'NOERROR'],
  ] as const)('that are not there (%s %s) come with the zone’s SOA', async (name, type, rcode) => {
    const answer = await overUdp(query(name, {}, type));
    expect(answer).toMatchObject({
      rcode,
      answers: [],
      authorities: [{ type: 'SOA', name: 'cluster.local', ttl: 5, data: { minimum: 5 } }],
    });
  });

  test.each([
    ['no EDNS', {}, 512],
    ['EDNS of 1232 bytes', edns(1232), 1232],
    ['EDNS of 65535 bytes', edns(65_535), 4096],
  ])('that are many are cut to what the client takes (%s), and complete over TCP', async (_, more, maxBytes) => {
    const answer = await overUdp(query('many.shop.svc.cluster.local', more));
    expect(answer.flag_tc).toBe(true);
    expect(packet.encodingLength(answer)).toBeLessThanOrEqual(maxBytes);
    const record = packet.encodingLength({ answers: answer.answers?.slice(0, 1) ?? [] }) - 12;
    expect(packet.encodingLength(answer) + record).toBeGreaterThan(maxBytes);
    expect(answer.additionals?.map(({ type }) => type)).toEqual(more.additionals ? ['OPT'] : []);
    const [whole] = await overTcp(query('many.shop.svc.cluster.local'));
    expect(new Set(whole && addresses(whole)).size).toBe(manyEndpoints);
  });

  test('are all sent to a client that asks much, ends its side, and listens late', async () => {
    const bytes = query('many.shop.svc.cluster.local');
    const count = 1500;
    const socket = connect(port, '127.0.0.1');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    for (let sent = 0; sent < count; sent++) socket.write(Buffer.concat([length, bytes]));
    socket.end();
    await expect.poll(() => answered).toBe(count);
    let received = 0;
    for await (const chunk of socket) received += (chunk as Buffer).length;
    const [one] = await overTcp(bytes);
    expect(received).toBe(count * (2 + packet.encodingLength(one ?? {})));
  });

  test('are not denied before they are known', async () => {
    isSynced = false;
    expect((await overUdp(query('web.shop.svc.cluster.local'))).rcode).toBe('SERVFAIL');
    expect(addresses(await overUdp(query('www.example.com')))).toEqual(['192.0.2.53']);
  });
});

describe('other names', () => {
  test('are asked of the next resolver when the first is not there, in the client’s protocol', async () => {
    expect(addresses(await overUdp(query('www.example.com')))).toEqual(['192.0.2.53']);
    expect((await overTcp(query('www.example.com'))).map(addresses)).toEqual([['192.0.2.53']]);
    expect(asked).toEqual(['udp www.example.com', 'tcp www.example.com']);
  });
  test('for which nobody answers fail', async () => {
    expect((await overUdp(query('silent.example.com'))).rcode).toBe('SERVFAIL');
  });
  test('behind an alias are followed, inside and outside, and not for ever', async () => {
    const outside = await overUdp(query('outside.shop.svc.cluster.local'));
    expect(outside.answers).toMatchObject([
      { type: 'CNAME', name: 'outside.shop.svc.cluster.local', data: 'www.example.com' },
      { type: 'A', name: 'www.example.com', data: '192.0.2.53' },
    ]);
    expect(addresses(await overUdp(query('long.shop.svc.cluster.local')))).toEqual(['192.0.2.53']);
    expect(asked.slice(1)).toEqual(['udp long.example.com', 'tcp long.example.com']);
    const inside = await overUdp(query('inside.shop.svc.cluster.local'));
    expect(inside.answers).toMatchObject([{ type: 'CNAME' }, { type: 'A', name: 'web.shop.svc.cluster.local', data: '10.96.0.20' }]);
    expect((await overUdp(query('round.shop.svc.cluster.local'))).rcode).toBe('SERVFAIL');
  });
});

describe('what is no proper question', () => {
  test('is refused, or not answered at all', async () => {
    const status = query('web.shop.svc.cluster.local', { flags: 2 << 11 });
    expect((await overUdp(status)).rcode).toBe('NOTIMP');
    expect((await overUdp(query('x', { questions: [] }))).rcode).toBe('FORMERR');
    expect((await overUdp(query('x', { questions: [{ name: 'version.bind', type: 'TXT', class: 'CH' }] }))).rcode).toBe('REFUSED');
    // A name that leads nowhere: the compression pointer is beyond the message.
    const broken = Buffer.concat([query('x').subarray(0, 12), Buffer.of(0xff, 0xff, 0, 1, 0, 1)]);
    expect((await overUdp(broken)).rcode).toBe('FORMERR');
    const socket = createSocket('udp4');
    const heard: Buffer[] = [];
    socket.on('message', (bytes) => heard.push(bytes));
    for (const junk of [Buffer.of(1, 2, 3), packet.encode({ type: 'response', id: 9 })]) socket.send(junk, port, '127.0.0.1');
    // Answers come in the order of the questions: when this one is there, the others would be.
    socket.send(query('web.shop.svc.cluster.local'), port, '127.0.0.1');
    await once(socket, 'message');
    socket.close();
    expect(heard.map((bytes) => packet.decode(bytes).id)).toEqual([7]);
  });
});

describe('the node’s own files', () => {
  test('name the resolvers and the computer', () => {
    expect(nameservers('search x\nnameserver 127.0.0.11\n nameserver 10.96.0.10\nnameserver fe80::1\n', '10.96.0.10')).toEqual([
      '127.0.0.11',
    ]);
    const hosts = computerHosts('127.0.0.1 localhost\n192.168.65.254\thost.docker.internal # engine\n');
    expect([...hosts]).toEqual([
      ['host.docker.internal', '192.168.65.254'],
      ['host.minikube.internal', '192.168.65.254'],
    ]);
    expect(computerHosts('127.0.0.1 localhost\n').size).toBe(0);
  });
});
