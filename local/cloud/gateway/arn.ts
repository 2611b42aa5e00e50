import type { Place } from './service';

/** Builds a regional ARN: `arn:aws:<service>:<region>:<account>:<resource>`. */
export function regionalArn(service: string, { account, region }: Place, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

/** Builds an ARN of a service without regions, such as IAM. */
export function globalArn(service: string, account: string, resource: string): string {
  return `arn:aws:${service}::${account}:${resource}`;
}

/** The parts of an ARN. */
export interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Takes an ARN apart, or returns nothing when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:aws[\w-]*:([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (!match) return undefined;
  const [, service = '', region = '', account = '', resource = ''] = match;
  return { service, region, account, resource };
}
