export interface GroupLimits<T> {
  /** Items in a group. */
  readonly most: number;
  /** What the sizes of a group's items may add up to; an item that is larger is a group by itself. */
  readonly size: number;
  readonly sizeOf: (item: T) => number;
}

/** Divides items into groups, in their order: so many together at most, and fewer where they are large. */
export function groupsWithin<T>(items: readonly T[], { most, size, sizeOf }: GroupLimits<T>): T[][] {
  const groups: T[][] = [];
  let taken = 0;
  for (const item of items) {
    const own = sizeOf(item);
    const last = groups.at(-1);
    if (!last || last.length === most || taken + own > size) {
      groups.push([item]);
      taken = own;
    } else {
      last.push(item);
      taken += own;
    }
  }
  return groups;
}
