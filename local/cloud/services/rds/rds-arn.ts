import { parseArn, regionalArn } from '../../gateway/arn';
import type { Place } from '../../gateway/service';

/** What stands between account and name in an ARN. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html */
export type RdsResourceKind = 'cluster' | 'db' | 'cluster-snapshot' | 'snapshot' | 'subgrp' | 'cluster-pg' | 'pg' | 'og' | 'es' | 'global-cluster';

export function rdsArn(kind: RdsResourceKind, place: Place, name: string): string {
  return regionalArn('rds', place, `${kind}:${name}`);
}

/** The place and name that an ARN of RDS stands for. */
export interface RdsName {
  readonly kind: string;
  readonly place: Place;
  readonly name: string;
}

export function parseRdsArn(text: string): RdsName | undefined {
  const arn = parseArn(text);
  const [, kind, name] = /^([a-z-]+):(.+)$/s.exec(arn?.resource ?? '') ?? [];
  if (!arn || arn.service !== 'rds' || kind === undefined || name === undefined) return undefined;
  return { kind, place: { account: arn.account, region: arn.region }, name: name.toLowerCase() };
}

/** The resource that a parameter names, which may be an identifier in the caller's place or an ARN from anywhere. */
export function rdsNameOf(kind: RdsResourceKind, place: Place, nameOrArn: string): RdsName {
  return parseRdsArn(nameOrArn) ?? { kind, place, name: nameOrArn.toLowerCase() };
}

export function isSamePlace(one: Place, other: Place): boolean {
  return one.account === other.account && one.region === other.region;
}
