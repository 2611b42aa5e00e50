import type { Filter } from '@aws-sdk/client-ec2';
import { ec2Error } from './ec2-errors';
import type { Owned } from './ec2-records';

/** What a filter can look at: its values by filter name. Absent names are refused, as AWS refuses unknown filters. */
export type FilterValues = Readonly<Record<string, readonly (string | boolean | undefined)[]>>;

/** Whether a resource passes all filters; each filter lets pass any of its values, with `*` and `?` as wildcards. */
export function passesFilters(filters: readonly Filter[] | undefined, resource: Pick<Owned, 'tags'>, values: FilterValues): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    const present = tagValues(Name, resource.tags) ?? values[Name];
    if (!present) throw ec2Error('InvalidParameterValue', `The filter '${Name}' is invalid`);
    return Values.some((wanted) => present.some((value) => value !== undefined && matches(wanted, String(value))));
  });
}

/** Whether a resource is among those asked for by id; no ids ask for all. */
export function isAsked(ids: readonly string[] | undefined, id: string): boolean {
  return ids === undefined || ids.length === 0 || ids.includes(id);
}

function tagValues(name: string, tags: Readonly<Record<string, string>>): readonly (string | undefined)[] | undefined {
  if (name.startsWith('tag:')) return [tags[name.slice(4)]];
  if (name === 'tag-key') return Object.keys(tags);
  return undefined;
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(text);
}
