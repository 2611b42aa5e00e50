/** What a decision needs of an ARN. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export interface ArnParts {
  readonly region: string;
  /** Everything after the fifth colon, which may contain colons itself. */
  readonly resource: string;
}

/** Takes an ARN apart; returns nothing for text that is none. The evaluation stands on its own, so it does not share the gateway's. */
export function arnParts(text: string): ArnParts | undefined {
  const [, region, resource] = /^arn:aws[\w-]*:[^:]+:([^:]*):[^:]*:(.+)$/s.exec(text) ?? [];
  return region === undefined || resource === undefined ? undefined : { region, resource };
}
