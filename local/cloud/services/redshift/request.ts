import type { Tag } from '@aws-sdk/client-redshift';
import { AwsError } from '../../gateway/aws-error';
import { tagMap } from '../../gateway/tags';
import { notEmulated } from '../rds/request-errors';

const MOST_TAGS = 50;

/** The tags of a request; fails for keys that only AWS may use, and for too many. */
export function requestedTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const requested = tagMap(tags);
  const reserved = Object.keys(requested).find((key) => key.startsWith('aws:') && !key.startsWith('aws:cloudformation:'));
  if (reserved !== undefined) throw new AwsError('InvalidTagFault', `Tag keys cannot start with the reserved prefix 'aws:': ${reserved}`, { status: 400 });
  if (Object.keys(requested).length > MOST_TAGS) throw new AwsError('TagLimitExceededFault', `You can associate at most ${MOST_TAGS} tags with a resource.`, { status: 400 });
  return requested;
}

/** Refuses parameters that exist in AWS and would change what happens, but are not emulated. */
export function refuseUnsupported<Input extends object>(input: Input, ...names: readonly (keyof Input & string)[]): void {
  const given = names.filter((name) => input[name] !== undefined);
  if (given.length > 0) throw notEmulated(`the parameter ${given.join(', ')} of Redshift`);
}

/** Whether something's tags have one of the keys and one of the values, where those are asked for. */
export function hasTags(tags: Readonly<Record<string, string>>, keys: readonly string[] | undefined, values: readonly string[] | undefined): boolean {
  const wantsKey = !keys?.length || keys.some((key) => key in tags);
  const wantsValue = !values?.length || Object.values(tags).some((value) => values.includes(value));
  return wantsKey && wantsValue;
}
