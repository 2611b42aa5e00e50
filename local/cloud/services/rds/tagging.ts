import type { Tag } from '@aws-sdk/client-rds';
import { tagMap } from '../../gateway/tags';
import { invalidValue } from './request-errors';

/** The tags of a request; fails for keys that only AWS may use. */
export function requestedTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const requested = tagMap(tags);
  const reserved = Object.keys(requested).find((key) => key.startsWith('aws:'));
  if (reserved !== undefined) throw invalidValue(`Tag keys cannot start with the reserved prefix 'aws:': ${reserved}`);
  return requested;
}
