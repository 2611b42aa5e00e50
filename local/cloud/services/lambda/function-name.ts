import { regionalArn } from '../../gateway/arn';
import type { Place } from '../../gateway/service';

/** Which function, and which of its versions, a request means. */
export interface FunctionReference extends Place {
  readonly name: string;
  /** A version or an alias; absent for `$LATEST`. */
  readonly qualifier: string | undefined;
}

const REFERENCE = /^(?:arn:aws:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/;

/** Reads a `FunctionName`, which may be a name, a partial or a full ARN, with or without a qualifier. Returns nothing for what is none. */
export function parseFunctionName(text: string, place: Place, qualifier?: string): FunctionReference | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, region = place.region, account = place.account, name = '', own] = match;
  return { account, region, name, qualifier: qualifier ?? own };
}

/** The ARN of a function, or of one of its versions or aliases. */
export function functionArn(place: Place, name: string, qualifier?: string): string {
  return regionalArn('lambda', place, `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);
}
