import type { Filter } from '@aws-sdk/client-rds';
import { pageOf } from '../../../gateway/pagination';
import { checkRange, invalidValue } from '../request-errors';

/** How a request pages through a list. */
export interface Paging {
  readonly MaxRecords?: number | undefined;
  readonly Marker?: string | undefined;
}

const DEFAULT_RECORDS = 100;

/** One page of the items. All lists of RDS have 20 to 100 records a page. */
export function page<Item>(items: readonly Item[], { MaxRecords, Marker }: Paging): { readonly items: Item[]; readonly Marker: string | undefined } {
  checkRange('MaxRecords', MaxRecords, 20, 100);
  const found = pageOf(items, MaxRecords ?? DEFAULT_RECORDS, Marker);
  if (!found) throw invalidValue(`Invalid marker: ${Marker ?? ''}`);
  return { items: [...found.items], Marker: found.nextToken };
}

/** Tells by filter name what an item's values are. */
export type FilterValues<Item> = Readonly<Record<string, (item: Item) => readonly (string | undefined)[]>>;

/** The items that pass all filters: of each filter one value has to be among the item's. */
export function filtered<Item>(items: readonly Item[], filters: readonly Filter[] | undefined, valuesOf: FilterValues<Item>): readonly Item[] {
  return (filters ?? []).reduce((left: readonly Item[], { Name = '', Values = [] }) => {
    const values = valuesOf[Name];
    if (!values) throw invalidValue(`Unrecognized filter name: ${Name}`);
    const wanted = new Set(Values.map((value) => value.toLowerCase()));
    return left.filter((item) => values(item).some((value) => value !== undefined && wanted.has(value.toLowerCase())));
  }, items);
}

/** Sorts by name, so that pages follow each other whatever happens meanwhile. */
export function byName<Item>(items: Iterable<Item>, nameOf: (item: Item) => string): readonly Item[] {
  return [...items].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}
