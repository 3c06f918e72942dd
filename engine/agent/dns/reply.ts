/** From a resolution to the bytes of an answer: flags, the zone's SOA where there is nothing, EDNS, and what fits into a datagram. Pure. */
import packet, { type Answer, type DecodedPacket, type OptAnswer, type Packet } from 'dns-packet';

export const rcodes = { noError: 0, formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const;

export interface ReplyContent {
  readonly rcode: number;
  readonly isAuthoritative: boolean;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
}

/** Without EDNS a datagram holds this much (RFC 1035, 4.2.1). */
const plainBytes = 512;
/** What we are ready to take ourselves (DNS flag day 2020), and the most we send whatever is asked. */
const ownBytes = 1232;
const mostBytes = 4096;
const headerBytes = 12;

const optOf = ({ additionals }: Packet): OptAnswer | undefined => additionals?.find((record) => record.type === 'OPT');

/** How long an answer over UDP may be. */
export function datagramBytes(query: Packet): number {
  return Math.min(mostBytes, Math.max(plainBytes, optOf(query)?.udpPayloadSize ?? 0));
}

/** As many answers as fit into `maxBytes`; where some do not, the reader is told to ask again over TCP. */
export function reply(query: DecodedPacket, content: ReplyContent, maxBytes: number): Buffer {
  const { answers = [], authorities = [], additionals = [] } = content;
  const opt: readonly Answer[] = optOf(query) ? [ownOpt] : [];
  const questions = query.questions ?? [];
  const fixed = headerBytes + bytesOf({ questions }) + bytesOf({ answers: [...authorities, ...opt] });
  const fitting = takeWhile(answers, maxBytes - fixed);
  const isCut = fitting.length < answers.length;
  const left = maxBytes - fixed - bytesOf({ answers: [...fitting] });
  const flags =
    (content.isAuthoritative ? packet.AUTHORITATIVE_ANSWER : 0) |
    (isCut ? packet.TRUNCATED_RESPONSE : 0) |
    (query.flag_rd ? packet.RECURSION_DESIRED : 0) |
    packet.RECURSION_AVAILABLE |
    content.rcode;
  const message: Packet = {
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions,
    answers: [...fitting],
    authorities: [...authorities],
    additionals: [...(isCut ? [] : takeWhile(additionals, left)), ...opt],
  };
  return packet.encode(message);
}

const ownOpt: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: ownBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

function takeWhile(records: readonly Answer[], bytes: number): readonly Answer[] {
  let left = bytes;
  const end = records.findIndex((record) => {
    left -= bytesOf({ answers: [record] });
    return left < 0;
  });
  return end < 0 ? records : records.slice(0, end);
}
function bytesOf(part: Packet): number {
  return packet.encodingLength(part) - headerBytes;
}
