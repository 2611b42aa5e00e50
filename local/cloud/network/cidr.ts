/** A block of IPv4 addresses. */
interface Block {
  readonly first: number;
  readonly prefixLength: number;
}

/** Whether the IPv4 address is in the block; never for blocks of IPv6. */
export function cidrContains(cidr: string, address: string): boolean {
  const block = parseCidr(cidr);
  const number = parseAddress(address);
  return block !== undefined && number !== undefined && isIn(block, number);
}

/** Whether the first block holds all of the second. */
export function cidrIncludes(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && a.prefixLength <= b.prefixLength && isIn(a, b.first);
}

export function cidrsOverlap(one: string, other: string): boolean {
  return cidrIncludes(one, other) || cidrIncludes(other, one);
}

/** How specific a block is, or nothing for what is no IPv4 block. */
export function prefixLengthOf(cidr: string): number | undefined {
  return parseCidr(cidr)?.prefixLength;
}

/** Whether the text is an IPv4 block whose address has no bits beyond the prefix, as VPCs and subnets want it. */
export function isCanonicalCidr(cidr: string): boolean {
  const block = parseCidr(cidr);
  return block !== undefined && formatAddress(block.first) === cidr.split('/')[0];
}

/** The address at this place of the block, counting from 0. */
export function addressAt(cidr: string, index: number): string {
  const block = parseCidr(cidr);
  if (!block || index >= sizeOf(block)) throw new Error(`${cidr} has no address number ${index}`);
  return formatAddress(block.first + index);
}

/** How many addresses a block has. */
export function cidrSize(cidr: string): number {
  const block = parseCidr(cidr);
  if (!block) throw new Error(`${cidr} is no block of IPv4 addresses`);
  return sizeOf(block);
}

/** Addresses that are routed in no public network. https://www.rfc-editor.org/rfc/rfc1918, https://www.rfc-editor.org/rfc/rfc6598 */
export function isPrivateAddress(address: string): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'].some((cidr) => cidrContains(cidr, address));
}

function parseCidr(cidr: string): Block | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(cidr);
  const number = parseAddress(match?.[1] ?? '');
  const prefixLength = Number(match?.[2]);
  if (number === undefined || !(prefixLength <= 32)) return undefined;
  return { first: number - (number % 2 ** (32 - prefixLength)), prefixLength };
}

function parseAddress(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || !parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function sizeOf({ prefixLength }: Block): number {
  return 2 ** (32 - prefixLength);
}

function isIn(block: Block, number: number): boolean {
  return number >= block.first && number < block.first + sizeOf(block);
}
