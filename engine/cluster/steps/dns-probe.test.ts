import { Duplex } from 'node:stream';
import packet from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { detailText, type StepDetail } from '../../api/step-detail.ts';
import { awaitDns, queryDns } from './dns-probe.ts';

const name = 'kubernetes.default.svc.cluster.local';
const answer = (more: Partial<packet.Packet>): Buffer =>
  packet.streamEncode({
    type: 'response',
    id: 1,
    questions: [{ type: 'A', name }],
    answers: [{ type: 'A', name, ttl: 5, data: '10.96.0.1' }],
    ...more,
  });
/** NXDOMAIN is 3 in the low bits of the flags. */
const unknown = answer({ flags: 3, answers: [] });

/** A tunnel whose far end answers a question with these pieces, in one turn of the event loop, and keeps the question. */
function far(pieces: readonly Buffer[], ends = false) {
  const asked: Buffer[] = [];
  const stream = new Duplex({
    read() {
      // Answers come when they come.
    },
    write(chunk: Buffer, _encoding, done) {
      asked.push(chunk);
      for (const piece of pieces) this.push(piece);
      if (ends) this.push(null);
      done();
    },
  });
  return { stream, asked };
}

describe('the question to the cluster DNS', () => {
  it('is one for an address, as a resolver asks it over TCP', async () => {
    const { stream, asked } = far([answer({})]);
    await queryDns(stream, name);
    expect(packet.streamDecode(Buffer.concat(asked))).toMatchObject({ type: 'query', questions: [{ type: 'A', name }] });
  });

  it.each([
    ['in one piece', [answer({})]],
    ['byte by byte', [...answer({})].map((byte) => Buffer.from([byte]))],
    ['with its length apart', [answer({}).subarray(0, 2), answer({}).subarray(2)]],
  ])('is answered %s', async (_what, pieces) => {
    const { stream } = far(pieces);
    expect([await queryDns(stream, name), stream.destroyed]).toEqual([['10.96.0.1'], true]);
  });

  it.each([
    ['an error', [unknown], `the cluster DNS answered NXDOMAIN for ${name}`],
    ['no address', [answer({ answers: [] })], `the cluster DNS knows no address of ${name}`],
    ['half an answer', [answer({}).subarray(0, 20)], `the cluster DNS gave no answer for ${name}`],
    ['nothing', [], `the cluster DNS gave no answer for ${name}`],
  ])('fails on %s', async (_what, pieces, message) => {
    const { stream } = far(pieces, true);
    await expect(queryDns(stream, name)).rejects.toThrow(message);
  });

  it('fails when the tunnel breaks', async () => {
    const { stream } = far([]);
    const asking = queryDns(stream, name);
    stream.destroy(new Error('the node went away'));
    await expect(asking).rejects.toThrow('the node went away');
  });
});

/** SERVFAIL is 2 in the low bits of the flags: what an agent answers that has not read the Services yet. */
const notYet = answer({ flags: 2, answers: [] });

describe('the wait for the cluster DNS', () => {
  it('asks again while the node is not ready to answer, and tells what it heard', async () => {
    const details: string[] = [];
    const answers = [[notYet], [notYet], [answer({})]];
    const dial = async () => far(answers.shift() ?? []).stream;
    const progress = { detail: (said: string | StepDetail) => void details.push(detailText(said)), log: () => undefined };
    const { signal } = new AbortController();
    expect(await awaitDns({ name, dial }, { signal, progress })).toEqual(['10.96.0.1']);
    expect(details).toEqual(Array(2).fill(`the cluster DNS answered SERVFAIL for ${name}`));
  });

  it('ends with the signal', async () => {
    const abort = new AbortController();
    const progress = { detail: () => abort.abort(new Error('the time is up')), log: () => undefined };
    const dial = () => Promise.reject(new Error('connection refused'));
    await expect(awaitDns({ name, dial }, { signal: abort.signal, progress })).rejects.toThrow();
  });
});
