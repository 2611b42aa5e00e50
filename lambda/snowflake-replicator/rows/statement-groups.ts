import { groupsWithin } from '../../common/groups-within';

/** Snowflake takes statements of up to 1 MB: https://docs.snowflake.com/en/user-guide/query-size-limits */
const MOST_CHARACTERS = 250_000;

/** Divides what is written into statements, so many together at most and fewer where they are long. */
export function statementGroups<T>(items: readonly T[], most: number, charactersOf: (item: T) => number): T[][] {
  return groupsWithin(items, { most, size: MOST_CHARACTERS, sizeOf: charactersOf });
}
