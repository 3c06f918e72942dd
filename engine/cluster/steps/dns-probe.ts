/** Asks the cluster's DNS the question every pod asks first, over TCP through a node's tunnel. Wire format by dns-packet (RFC 1035, 4.2.2). */
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import packet from 'dns-packet';
import { messageOf } from '../../api/message-of.ts';
import { detail, type StepDetail } from '../../api/step-detail.ts';
import type { NodeCall } from '../../nodes/node-provider.ts';

export interface DnsQuestion {
  readonly name: string;
  /** A new stream to the DNS for each try. */
  readonly dial: () => Promise<Duplex>;
}

class DnsRefusal extends Error {
  readonly said: StepDetail;
  constructor(said: StepDetail) {
    super(said.text);
    this.name = 'DnsRefusal';
    this.said = said;
  }
}

const firstPauseMs = 25;
const maxPauseMs = 500;

/**
 * Asks until there is an answer. A node that was started again still carries the Ready of before while its agent reads the Services, and answers SERVFAIL until
 * it has; nothing tells when that is. Ends with the signal: the last refusal is the step's detail by then.
 */
export async function awaitDns({ name, dial }: DnsQuestion, { signal, progress }: NodeCall): Promise<readonly string[]> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    try {
      return await queryDns(await dial(), name);
    } catch (error) {
      signal.throwIfAborted();
      const reason = messageOf(error);
      progress.detail(error instanceof DnsRefusal ? error.said : reason);
    }
    await delay(pauseMs, undefined, { signal });
  }
}

/** Resolves to the addresses of `name`; rejects when the answer is an error, holds none or does not come. */
export async function queryDns(stream: Duplex, name: string): Promise<readonly string[]> {
  const query: packet.Packet = { type: 'query', id: 1, flags: packet.RECURSION_DESIRED, questions: [{ type: 'A', name }] };
  stream.write(packet.streamEncode(query));
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) return addressesOf(packet.streamDecode(bytes), name);
    }
  } finally {
    stream.destroy();
  }
  throw new DnsRefusal(detail('dns-silent', { name }));
}

function addressesOf(answer: packet.Packet & { readonly rcode?: string }, name: string): readonly string[] {
  if (answer.rcode !== 'NOERROR') throw new DnsRefusal(detail('dns-refused', { name, rcode: answer.rcode ?? '' }));
  const addresses = (answer.answers ?? []).flatMap((record) => (record.type === 'A' ? [record.data] : []));
  if (addresses.length === 0) throw new DnsRefusal(detail('dns-empty', { name }));
  return addresses;
}
