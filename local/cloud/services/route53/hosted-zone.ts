import type * as sdk from '@aws-sdk/client-route-53';

/** A hosted zone with its records, both as they were last written and as name servers know them. */
export interface HostedZone {
  /** Without the `/hostedzone/` before it. */
  readonly id: string;
  readonly account: string;
  /** In lower case, ends with a dot. */
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string | undefined;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  vpcs: readonly sdk.VPC[];
  tags: Record<string, string>;
  /** By name, type and set identifier: see `recordKey`. */
  records: ReadonlyMap<string, sdk.ResourceRecordSet>;
  /** What queries are answered from: changes arrive there a little later. */
  published: ReadonlyMap<string, sdk.ResourceRecordSet>;
}

/** A batch of changes on its way to the name servers. */
export interface Change {
  readonly id: string;
  readonly submittedAt: Date;
  readonly comment: string | undefined;
  status: 'PENDING' | 'INSYNC';
}

/** A health check, whatever it looks at. */
export interface HealthCheck {
  readonly id: string;
  readonly account: string;
  readonly callerReference: string;
  config: sdk.HealthCheckConfig;
  version: number;
  tags: Record<string, string>;
}

/** Records with the same name and type are told apart by their set identifiers. */
export function recordKey({ Name = '', Type, SetIdentifier = '' }: sdk.ResourceRecordSet): string {
  return `${normalName(Name)} ${Type ?? ''} ${SetIdentifier}`;
}

/** In lower case, with the dot at the end that Route 53 adds. */
export function normalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}
