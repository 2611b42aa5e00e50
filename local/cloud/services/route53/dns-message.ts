/** A question of a DNS query. */
export interface DnsQuery {
  readonly id: number;
  /** In lower case, ends with a dot. */
  readonly name: string;
  /** `A`, `CNAME` and so on, or `TYPE<number>`. */
  readonly type: string;
  readonly recursionDesired: boolean;
  /** The question as it came, which the answer repeats. */
  readonly question: Buffer;
}

/** A record of a DNS answer. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** In presentation form, as zone files have it. */
  readonly value: string;
}

export interface DnsReply {
  readonly code: keyof typeof CODES;
  /** Whether the server is in charge of the name. */
  readonly isAuthoritative: boolean;
  readonly answers: readonly DnsRecord[];
  /** In the authority section: what says how long a no is good for. */
  readonly authority?: readonly DnsRecord[];
}

/** https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml */
const TYPES: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28 };
const CODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const HEADER_BYTES = 12;
const LONGEST_STRING = 255;

/** Record types that answers can have. */
export const ANSWERED_TYPES = Object.keys(TYPES);

/** Reads a query of one question. Returns nothing for what is no query. https://www.rfc-editor.org/rfc/rfc1035#section-4 */
export function parseQuery(message: Buffer): DnsQuery | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(4) !== 1) return undefined;
  const flags = message.readUInt16BE(2);
  if (flags & 0x8000) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at + length + 1 > message.length) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const number = message.readUInt16BE(at);
  const type = Object.entries(TYPES).find(([, each]) => each === number)?.[0] ?? `TYPE${number}`;
  return { id: message.readUInt16BE(0), name: `${labels.join('.').toLowerCase()}.`, type, recursionDesired: (flags & 0x0100) !== 0, question: message.subarray(HEADER_BYTES, at + 4) };
}

/** The reply as it goes over the wire; `mostBytes` is what a datagram holds, beyond which the client is told to ask over TCP. */
export function encodeReply({ id, question, recursionDesired }: DnsQuery, { code, isAuthoritative, answers, authority = [] }: DnsReply, mostBytes = Infinity): Buffer {
  const header = (truncated: boolean, counts: readonly [number, number]): Buffer => {
    const buffer = Buffer.alloc(HEADER_BYTES);
    buffer.writeUInt16BE(id, 0);
    buffer.writeUInt16BE(0x8000 | (isAuthoritative ? 0x0400 : 0) | (truncated ? 0x0200 : 0) | (recursionDesired ? 0x0100 : 0) | (isAuthoritative ? 0 : 0x0080) | CODES[code], 2);
    buffer.writeUInt16BE(1, 4);
    buffer.writeUInt16BE(counts[0], 6);
    buffer.writeUInt16BE(counts[1], 8);
    return buffer;
  };
  const whole = Buffer.concat([header(false, [answers.length, authority.length]), question, ...answers.map(encodeRecord), ...authority.map(encodeRecord)]);
  return whole.length <= mostBytes ? whole : Buffer.concat([header(true, [0, 0]), question]);
}

function encodeRecord({ name, type, ttlSeconds, value }: DnsRecord): Buffer {
  const data = encodeData(type, value);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPES[type] ?? 0, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}

function encodeData(type: string, value: string): Buffer {
  switch (type) {
    case 'A':
      return Buffer.from(value.split('.').map(Number));
    case 'AAAA':
      return encodeIpv6(value);
    case 'TXT':
      return Buffer.concat([...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => encodeString(text.replace(/\\(.)/g, '$1'))));
    case 'MX': {
      const [preference = '0', host = '.'] = value.split(/\s+/);
      return Buffer.concat([twoBytes(Number(preference)), encodeName(host)]);
    }
    case 'SOA': {
      const [primary = '.', mailbox = '.', ...numbers] = value.split(/\s+/);
      return Buffer.concat([encodeName(primary), encodeName(mailbox), ...numbers.map((number) => fourBytes(Number(number)))]);
    }
    default:
      return encodeName(value);
  }
}

function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(encodeString), Buffer.from([0])]);
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1').subarray(0, LONGEST_STRING);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function encodeIpv6(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.concat([...before, ...zeros, ...after].map((group) => twoBytes(Number.parseInt(group, 16))));
}

function twoBytes(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}

function fourBytes(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
