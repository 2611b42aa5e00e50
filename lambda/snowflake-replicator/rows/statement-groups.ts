/** Snowflake takes statements of up to 1 MB: https://docs.snowflake.com/en/user-guide/query-size-limits */
const MOST_CHARACTERS = 250_000;

/** Divides what is written into statements, so many together at most and fewer where they are long. */
export function statementGroups<T>(items: readonly T[], most: number, charactersOf: (item: T) => number): T[][] {
  const groups: T[][] = [];
  let characters = Infinity;
  for (const item of items) {
    const own = charactersOf(item);
    const last = groups.at(-1);
    if (!last || last.length === most || characters + own > MOST_CHARACTERS) {
      groups.push([item]);
      characters = own;
    } else {
      last.push(item);
      characters += own;
    }
  }
  return groups;
}
