import type { Tag } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import { tagMap } from '../../gateway/tags';

const MOST_TAGS = 10;

/** Reads the tags of a header such as `team=data&tier=2`. */
export function readTagging(header: string): Readonly<Record<string, string>> {
  return checkedTags(Object.fromEntries(new URLSearchParams(header)));
}

export function objectTags(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  if (new Set((tags ?? []).map(({ Key }) => Key)).size < (tags ?? []).length) throw invalidTag('Cannot provide multiple Tags with the same key');
  return checkedTags(tagMap(tags));
}

function checkedTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const count = Object.keys(tags).length;
  if (count > MOST_TAGS) throw new AwsError('BadRequest', `Object tags cannot be greater than ${MOST_TAGS}`, { status: 400 });
  if (Object.entries(tags).some(([key, value]) => key.length > 128 || value.length > 256)) throw invalidTag('The TagKey or TagValue you have provided is too long');
  return tags;
}

function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTag', message, { status: 400 });
}
