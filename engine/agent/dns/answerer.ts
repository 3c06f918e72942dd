/** One question in, one answer out: from the cluster's names, or from the node's resolvers. */
import packet, { type Answer, type DecodedPacket, type Question } from 'dns-packet';
import type { WatchedNames } from './cluster-names.ts';
import type { Forwarder, Transport } from './forward.ts';
import { datagramBytes, type ReplyContent, rcodes, reply } from './reply.ts';
import { type Resolution, resolve } from './resolve.ts';
import { addressOfReverse, soa, type Zone } from './zone.ts';

export interface AnswererOptions {
  readonly zone: Zone;
  readonly names: WatchedNames;
  readonly forwarder: Forwarder;
  /** From 0 up to 1: spreads the clients of a headless Service. */
  readonly random: () => number;
}
const maxTcpBytes = 65_535;
const headerBytes = 12;
/** How often one alias may lead to the next. */
const maxAliases = 8;

export class Answerer {
  readonly #options: AnswererOptions;
  constructor(options: AnswererOptions) {
    this.#options = options;
  }

  /** Undefined when the bytes are no question at all. */
  async answer(bytes: Buffer, transport: Transport): Promise<Buffer | undefined> {
    if (bytes.length < headerBytes) return undefined;
    const query = decode(bytes);
    if (query?.type === 'response') return undefined;
    if (!query) return malformed(bytes);
    const maxBytes = transport === 'udp' ? datagramBytes(query) : maxTcpBytes;
    const [question, ...others] = query.questions ?? [];
    if (query.opcode !== 'QUERY') return reply(query, failure(rcodes.notImplemented), maxBytes);
    if (!question || others.length > 0) return reply(query, failure(rcodes.formatError), maxBytes);
    if (question.class !== 'IN' && question.class !== 'ANY') return reply(query, failure(rcodes.refused), maxBytes);
    const { zone, names } = this.#options;
    const resolution = resolve(question, zone, names);
    if (resolution.kind === 'elsewhere') {
      return (await this.#options.forwarder.ask(bytes, transport)) ?? reply(query, failure(rcodes.serverFailure), maxBytes);
    }
    // Without all lists, names that exist would be denied, and clients cache the denial.
    if (!names.synced) return reply(query, failure(rcodes.serverFailure), maxBytes);
    return reply(query, await this.#contentOf(resolution, question), maxBytes);
  }

  async #contentOf(resolution: Resolution, question: Question): Promise<ReplyContent> {
    const { domain } = this.#options.zone;
    const owner = addressOfReverse(question.name.toLowerCase()) === undefined ? domain : question.name.split('.').slice(2).join('.');
    if (resolution.kind === 'found') {
      const answers = shuffled(resolution.answers, this.#options.random);
      const authorities = answers.length === 0 ? [soa(owner)] : [];
      return { rcode: rcodes.noError, isAuthoritative: true, answers, authorities, additionals: resolution.additionals ?? [] };
    }
    if (resolution.kind === 'alias') return this.#follow(resolution, question);
    return { rcode: rcodes.noSuchName, isAuthoritative: true, authorities: [soa(owner)] };
  }

  /** Resolvers of programs do not follow aliases themselves. */
  async #follow({ answers, target }: Extract<Resolution, { kind: 'alias' }>, { type }: Question): Promise<ReplyContent> {
    const { zone, names } = this.#options;
    const chain = [...answers];
    let name = target;
    for (let step = 0; step < maxAliases; step++) {
      const next = resolve({ name, type }, zone, names);
      if (next.kind === 'elsewhere') return this.#askElsewhere({ name, type }, chain);
      if (next.kind === 'no-such-name')
        return { rcode: rcodes.noSuchName, isAuthoritative: true, answers: chain, authorities: [soa(zone.domain)] };
      chain.push(...next.answers);
      if (next.kind === 'found') return { rcode: rcodes.noError, isAuthoritative: true, answers: chain };
      name = next.target;
    }
    return failure(rcodes.serverFailure);
  }

  async #askElsewhere({ name, type }: Question, chain: readonly Answer[]): Promise<ReplyContent> {
    const id = Math.floor(this.#options.random() * 65_536);
    const query = packet.encode({ type: 'query', id, flags: packet.RECURSION_DESIRED, questions: [{ name, type }] });
    const bytes = (await this.#options.forwarder.ask(query, 'udp')) ?? Buffer.alloc(0);
    let told = decode(bytes);
    if (told?.flag_tc) told = decode((await this.#options.forwarder.ask(query, 'tcp')) ?? Buffer.alloc(0));
    if (!told) return failure(rcodes.serverFailure);
    const rcode = told.rcode === 'NXDOMAIN' ? rcodes.noSuchName : told.rcode === 'NOERROR' ? rcodes.noError : rcodes.serverFailure;
    return { rcode, isAuthoritative: false, answers: [...chain, ...(told.answers ?? [])] };
  }
}

function decode(bytes: Buffer): (DecodedPacket & { readonly opcode?: string; readonly rcode?: string }) | undefined {
  try {
    return packet.decode(bytes);
  } catch {
    // Whatever a program on the network sends: the sender is told, see `malformed`.
    return undefined;
  }
}

const failure = (rcode: number): ReplyContent => ({ rcode, isAuthoritative: false });

/** The header alone, with the id of what could not be read. */
function malformed(bytes: Buffer): Buffer {
  const isResponse = (bytes.readUInt8(2) & 0x80) !== 0;
  const id = bytes.readUInt16BE(0);
  return isResponse ? Buffer.alloc(0) : packet.encode({ type: 'response', id, flags: rcodes.formatError });
}

function shuffled(answers: readonly Answer[], random: () => number): readonly Answer[] {
  const result = [...answers];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a && b) [result[last], result[other]] = [b, a];
  }
  return result;
}
