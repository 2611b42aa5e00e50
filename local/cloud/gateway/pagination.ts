/** One page of a list, in the order of the list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken: string | undefined;
}

/** Cuts the page out of a list that the token points to; tokens name a position and are opaque to clients. Returns nothing for a token that is none. */
export function pageOf<Item>(items: readonly Item[], limit: number, token?: string): Page<Item> | undefined {
  const start = token === undefined ? 0 : positionOf(token);
  if (start === undefined) return undefined;
  const end = start + limit;
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenOf(end) : undefined };
}

function tokenOf(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function positionOf(token: string): number | undefined {
  const match = /^position:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  return match ? Number(match[1]) : undefined;
}
