import type { ConfigParameter, LogExport } from '@aws-sdk/client-redshift-serverless';
import { AwsError } from '../../../gateway/aws-error';
import { regionalArn } from '../../../gateway/arn';
import type { PostgresServer } from '../../../engines/postgres/postgres-server';
import type { Timer } from '../../../gateway/clock';
import { PerRegion, type Place } from '../../../gateway/service';
import type { Passing } from '../../rds/life-cycle/passages';
import type { SnapshotImage } from '../../rds/storage/snapshot-image';
import type { AdminSecret } from '../../redshift/state/cluster';
import type { Encryption } from '../../redshift/state/encryption';

export type ServerlessStatus = 'CREATING' | 'AVAILABLE' | 'MODIFYING' | 'DELETING' | 'DELETED';

/** Databases, users and keys, without anything that computes. */
export interface Namespace extends Passing<ServerlessStatus> {
  readonly place: Place;
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  adminUsername: string;
  databaseName: string;
  encryption: Encryption;
  secret: AdminSecret | undefined;
  iamRoleArns: readonly string[];
  defaultIamRoleArn: string | undefined;
  logExports: readonly LogExport[];
  tags: Record<string, string>;
  server: PostgresServer | undefined;
  /** Ends the taking of recovery points. */
  readonly schedule: AbortController;
}

/** What computes for a namespace, and where it is reached. */
export interface Workgroup extends Passing<ServerlessStatus> {
  readonly place: Place;
  readonly id: string;
  readonly name: string;
  readonly namespaceName: string;
  readonly createdAt: Date;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly port: number;
  baseCapacity: number;
  maxCapacity: number | undefined;
  enhancedVpcRouting: boolean;
  publiclyAccessible: boolean;
  parameters: readonly ConfigParameter[];
  tags: Record<string, string>;
}

/** What a snapshot and a recovery point keep of their namespace. */
export interface KeptData {
  readonly id: string;
  readonly place: Place;
  readonly namespaceName: string;
  readonly namespaceArn: string;
  readonly createdAt: Date;
  readonly adminUsername: string;
  readonly databaseName: string;
  readonly encryption: Encryption;
  readonly sizeMb: number;
  image: SnapshotImage | undefined;
  expiry: Timer | undefined;
}

export interface ServerlessSnapshot extends KeptData, Passing<ServerlessStatus> {
  readonly name: string;
  /** -1 keeps it for ever. */
  retentionDays: number;
  tags: Record<string, string>;
}

export interface RecoveryPoint extends KeptData {
  readonly workgroupName: string;
}

/** What Redshift Serverless keeps for one account in one region. */
export class ServerlessRegion {
  readonly namespaces = new Map<string, Namespace>();
  readonly workgroups = new Map<string, Workgroup>();
  readonly snapshots = new Map<string, ServerlessSnapshot>();
  readonly recoveryPoints = new Map<string, RecoveryPoint>();
  /** By ARN of a snapshot. */
  readonly policies = new Map<string, string>();

  workgroupOf(namespaceName: string): Workgroup | undefined {
    return [...this.workgroups.values()].find((workgroup) => workgroup.namespaceName === namespaceName);
  }
}

/** What Redshift Serverless keeps of all accounts and regions. */
export class ServerlessEstate {
  private readonly regions = new PerRegion(() => new ServerlessRegion());

  in(place: Place): ServerlessRegion {
    return this.regions.in(place);
  }

  namespace(place: Place, name = ''): Namespace {
    return this.in(place).namespaces.get(name) ?? missing(`Namespace ${name} not found.`);
  }

  workgroup(place: Place, name = ''): Workgroup {
    return this.in(place).workgroups.get(name) ?? missing(`Workgroup ${name} not found.`);
  }

  snapshot(place: Place, name = ''): ServerlessSnapshot {
    return this.in(place).snapshots.get(name) ?? missing(`Snapshot ${name} not found.`);
  }

  snapshotByArn(arn: string): ServerlessSnapshot | undefined {
    return this.regions.all().flatMap(([, { snapshots }]) => [...snapshots.values()]).find((snapshot) => serverlessArn('snapshot', snapshot) === arn);
  }

  recoveryPoint(place: Place, id = ''): RecoveryPoint {
    return this.in(place).recoveryPoints.get(id) ?? missing(`Recovery point ${id} not found.`);
  }
}

export type ServerlessKind = 'namespace' | 'workgroup' | 'snapshot' | 'recoverypoint';

export function serverlessArn(kind: ServerlessKind, { place, id }: { readonly place: Place; readonly id: string }): string {
  return regionalArn('redshift-serverless', place, `${kind}/${id}`);
}

/** A status as the API has it: there is no word for what only a defect of the cloud brings about. */
export function shownStatus<Status extends string>({ status }: Passing<Status>): Status | 'MODIFYING' {
  return status === 'failed' ? 'MODIFYING' : status;
}

function missing(message: string): never {
  throw new AwsError('ResourceNotFoundException', message);
}
