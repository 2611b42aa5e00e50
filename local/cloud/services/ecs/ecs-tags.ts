import type { Tag } from '@aws-sdk/client-ecs';

/** Tags in ECS's form, whose members begin in lower case. */
export function tagsAsEcs(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function tagsFromEcs(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}
