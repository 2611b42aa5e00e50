import { parseArn, regionalArn } from '../../gateway/arn';
import type { Place } from '../../gateway/service';

/** A queue as its URL names it. */
export interface QueueAddress {
  readonly account: string;
  readonly name: string;
}

/** The URL in the form of AWS; nothing listens there, and requests find the queue by the path whatever host they went to. */
export function queueUrlOf({ account, region }: Place, name: string): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** The URL of the queue with the ARN. */
export function queueUrlOfArn(queueArn: string): string {
  const { account = '', region = '', resource = '' } = parseArn(queueArn) ?? {};
  return queueUrlOf({ account, region }, resource);
}

export function queueArnOf(place: Place, name: string): string {
  return regionalArn('sqs', place, name);
}

/** Reads account and name from a queue's URL, or nothing when it is none. */
export function parseQueueUrl(url: string | undefined): QueueAddress | undefined {
  const match = /^https?:\/\/[^/]+\/(\d{12})\/([\w.-]+)\/?$/.exec(url ?? '');
  if (!match) return undefined;
  const [, account = '', name = ''] = match;
  return { account, name };
}
