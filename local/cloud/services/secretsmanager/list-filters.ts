import type { Filter } from '@aws-sdk/client-secrets-manager';
import type { Secret } from './secret';

/**
 * Whether the secret passes every filter. A filter's values are alternatives; `!` in front turns one around.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
 */
export function matchesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key = 'all', Values = [] }) => Values.some((value) => matches(secret, Key, value)));
}

function matches(secret: Secret, key: NonNullable<Filter['Key']>, value: string): boolean {
  if (value.startsWith('!')) return !matches(secret, key, value.slice(1));
  const begins = (text: string | undefined) => text?.startsWith(value) ?? false;
  const hasWord = (text: string | undefined) => text?.toLowerCase().split(/[\s/_+=.@-]+/).some((word) => word.startsWith(value.toLowerCase())) ?? false;
  switch (key) {
    case 'name':
      return begins(secret.name);
    case 'description':
      return hasWord(secret.description);
    case 'tag-key':
      return Object.keys(secret.tags).some(begins);
    case 'tag-value':
      return Object.values(secret.tags).some(begins);
    case 'primary-region':
      return begins(secret.primaryRegion);
    case 'owning-service':
      return begins(secret.owningService);
    case 'all':
      return [secret.name, secret.description, ...Object.keys(secret.tags), ...Object.values(secret.tags)].some(hasWord);
  }
}
