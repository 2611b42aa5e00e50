import { parseArn, regionalArn } from '../../gateway/arn';
import type { Place } from '../../gateway/service';

/** What stands between account and name in an ARN. https://docs.aws.amazon.com/redshift/latest/mgmt/generating-iam-credentials-role-permissions.html */
export type RedshiftResourceKind =
  | 'cluster'
  | 'snapshot'
  | 'subnetgroup'
  | 'parametergroup'
  | 'snapshotcopygrant'
  | 'snapshotschedule'
  | 'eventsubscription'
  | 'namespace'
  | 'dbuser'
  | 'dbname'
  | 'dbgroup';

export function redshiftArn(kind: RedshiftResourceKind, place: Place, name: string): string {
  return regionalArn('redshift', place, `${kind}:${name}`);
}

/** The ARN of a snapshot, which names its cluster too. */
export function snapshotArn({ place, clusterIdentifier, identifier }: { readonly place: Place; readonly clusterIdentifier: string; readonly identifier: string }): string {
  return redshiftArn('snapshot', place, `${clusterIdentifier}/${identifier}`);
}

/** The place and name that an ARN of Redshift stands for. */
export interface RedshiftName {
  readonly kind: string;
  readonly place: Place;
  readonly name: string;
}

export function parseRedshiftArn(text: string): RedshiftName | undefined {
  const arn = parseArn(text);
  const [, kind, name] = /^([a-z]+):(.+)$/s.exec(arn?.resource ?? '') ?? [];
  if (!arn || arn.service !== 'redshift' || kind === undefined || name === undefined) return undefined;
  return { kind, place: { account: arn.account, region: arn.region }, name: name.toLowerCase() };
}

/** The resource that a parameter names, which may be an identifier in the caller's place or an ARN. */
export function redshiftNameOf(kind: RedshiftResourceKind, place: Place, nameOrArn: string): RedshiftName {
  return parseRedshiftArn(nameOrArn) ?? { kind, place, name: nameOrArn.toLowerCase() };
}

/** The cluster and the snapshot in the name part of a snapshot's ARN. */
export function splitSnapshotName(name: string): { readonly clusterIdentifier: string; readonly identifier: string } {
  const [clusterIdentifier = '', ...rest] = name.split('/');
  return { clusterIdentifier, identifier: rest.join('/') };
}
