/** Asks the cluster's DNS the question every pod asks first, over TCP through a node's tunnel. Wire format by dns-packet (RFC 1035, 4.2.2). */
import type { Duplex } from 'node:stream';
import packet from 'dns-packet';

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
  throw new Error(`the cluster DNS gave no answer for ${name}`);
}

function addressesOf(answer: packet.Packet & { readonly rcode?: string }, name: string): readonly string[] {
  if (answer.rcode !== 'NOERROR') throw new Error(`the cluster DNS answered ${answer.rcode} for ${name}`);
  const addresses = (answer.answers ?? []).flatMap((record) => (record.type === 'A' ? [record.data] : []));
  if (addresses.length === 0) throw new Error(`the cluster DNS knows no address of ${name}`);
  return addresses;
}
