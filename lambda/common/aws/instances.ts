import {
  CreateDBInstanceReadReplicaCommand,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  RDSClient,
  type DBInstance as SdkInstance,
} from '@aws-sdk/client-rds';
import { clientFor, type Target } from './client-factory';
import { present } from './present';

/** An RDS database instance. */
export interface DatabaseInstance {
  readonly identifier: string;
  readonly arn: string;
  /** Never used again, also not by an instance of the same name. */
  readonly resourceId: string;
  readonly status: string;
  /** Nothing while the instance is being made. */
  readonly endpoint: string | undefined;
  readonly port: number;
  /** ARN or name of the instance that it replicates from. */
  readonly replicatesFrom: string | undefined;
  /** `replicating`, `error`, `terminated` and the like; nothing for an instance that is no replica. */
  readonly replicationStatus: string | undefined;
  readonly backupRetentionDays: number;
  readonly latestRestorableAt: Date | undefined;
  readonly storageEncrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly instanceClass: string;
}

/** What a new replica in this region is like. */
export interface NewReplica {
  readonly identifier: string;
  readonly sourceArn: string;
  readonly instanceClass: string;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  readonly parameterGroup: string;
  readonly kmsKeyArn: string;
}

/** RDS instances that are no members of a cluster, in one region of one account. */
export class Instances {
  constructor(private readonly client: RDSClient) {}

  static in(target: Target): Instances {
    return new Instances(clientFor(RDSClient, target));
  }

  async find(identifier: string): Promise<DatabaseInstance | undefined> {
    try {
      const { DBInstances: [instance] = [] } = await this.client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }));
      return instance && fromSdk(instance);
    } catch (error) {
      if (error instanceof DBInstanceNotFoundFault) return undefined;
      throw error;
    }
  }

  /**
   * Starts the promotion of a replica, with automated backups on; answers false while something else changes the instance.
   *
   * Without a retention of its own RDS would set one day: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html
   */
  async promote(identifier: string, { backupRetentionDays, backupWindow }: { readonly backupRetentionDays: number; readonly backupWindow: string }): Promise<boolean> {
    return unlessBusy(this.client.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: identifier, BackupRetentionPeriod: backupRetentionDays, PreferredBackupWindow: backupWindow })));
  }

  /** Starts giving the instance another name, with which its endpoint changes; answers false while something else changes the instance. */
  async rename(identifier: string, newIdentifier: string): Promise<boolean> {
    return unlessBusy(this.client.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: identifier, NewDBInstanceIdentifier: newIdentifier, ApplyImmediately: true })));
  }

  /** Starts a replica of an instance in another region; answers false when the name is taken, or while something else, such as a backup, keeps the source busy. */
  async createReplica(replica: NewReplica): Promise<boolean> {
    try {
      await this.client.send(
        new CreateDBInstanceReadReplicaCommand({
          DBInstanceIdentifier: replica.identifier,
          SourceDBInstanceIdentifier: replica.sourceArn,
          DBInstanceClass: replica.instanceClass,
          DBSubnetGroupName: replica.subnetGroup,
          VpcSecurityGroupIds: [...replica.securityGroupIds],
          DBParameterGroupName: replica.parameterGroup,
          KmsKeyId: replica.kmsKeyArn,
          // Without these it would be in one zone, and nobody could log in by IAM.
          MultiAZ: true,
          EnableIAMDatabaseAuthentication: true,
          PubliclyAccessible: false,
          CopyTagsToSnapshot: true,
          DeletionProtection: true,
        }),
      );
      return true;
    } catch (error) {
      // The caller looks again: at the instance that has the name, or at the source later.
      if (error instanceof DBInstanceAlreadyExistsFault || error instanceof InvalidDBInstanceStateFault) return false;
      throw error;
    }
  }
}

async function unlessBusy(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    // The caller looks again. A change whose reply was lost is sent again and finds the instance changing already.
    if (error instanceof InvalidDBInstanceStateFault) return false;
    throw error;
  }
}

function fromSdk(instance: SdkInstance): DatabaseInstance {
  return {
    identifier: present(instance.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    arn: present(instance.DBInstanceArn, 'DBInstanceArn'),
    resourceId: present(instance.DbiResourceId, 'DbiResourceId'),
    status: present(instance.DBInstanceStatus, 'DBInstanceStatus'),
    endpoint: instance.Endpoint?.Address,
    port: instance.Endpoint?.Port ?? 5432,
    replicatesFrom: instance.ReadReplicaSourceDBInstanceIdentifier,
    replicationStatus: (instance.StatusInfos ?? []).find(({ StatusType }) => StatusType === 'read replication')?.Status,
    backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
    latestRestorableAt: instance.LatestRestorableTime,
    storageEncrypted: instance.StorageEncrypted ?? false,
    kmsKeyArn: instance.KmsKeyId,
    instanceClass: present(instance.DBInstanceClass, 'DBInstanceClass'),
  };
}
