import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../shared/acknowledge';
import { LockedBucket } from '../shared/locked-bucket';
import type { Permission } from '../shared/permission';
import type { PipelineNames } from './names';

export interface RestoreStorageProps {
  readonly names: PipelineNames;
  readonly key: IKey;
}

const EVIDENCE_RETENTION_DAYS = 365;

/** What a pipeline remembers: its runs, their audit, the credentials it made and the evidence it gathered. */
export class RestoreStorage extends Construct {
  readonly stateTable: TableV2;
  readonly auditTable: TableV2;
  readonly adminSecret: Secret;
  readonly appSecret: Secret;
  readonly evidence: Bucket;
  private readonly keyArn: string;

  constructor(scope: Construct, id: string, { names, key }: RestoreStorageProps) {
    super(scope, id);
    this.keyArn = key.keyArn;
    this.stateTable = this.table('State', `AuroraRestoreState-${names.pipeline}`, key, 'operation_id');
    this.auditTable = this.table('Audit', `AuroraRestoreAudit-${names.pipeline}`, key, 'operation_id', 'sequence');
    this.adminSecret = this.secret('AdminCredentials', `aurora-restore/${names.pipeline}/admin`, 'Administrator of the restored cluster: username, password, host, port', key);
    this.appSecret = this.secret('AppCredentials', `aurora-restore/${names.pipeline}/app`, 'Users of the restored cluster: app_username, app_password, readonly_user, readonly_pwd', key);
    this.evidence = new LockedBucket(this, 'Evidence', { bucketName: names.evidenceBucket, key, retentionDays: EVIDENCE_RETENTION_DAYS }).bucket;
  }

  /** Appending to the audit, which reads its last event. */
  get auditing(): readonly Permission[] {
    return [
      { actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [this.auditTable.tableArn] },
      // Tables and secrets under a customer key are read, and tables written, with the caller's permission to decrypt.
      { actions: ['kms:Decrypt'], resources: [this.keyArn] },
    ];
  }

  /** Writing secrets and evidence, and publishing, under the pipeline's key. */
  get encrypting(): Permission {
    return { actions: ['kms:GenerateDataKey'], resources: [this.keyArn] };
  }

  /** Auditing, and noting in the state table how far a run is. */
  get journaling(): readonly Permission[] {
    return [...this.auditing, { actions: ['dynamodb:UpdateItem'], resources: [this.stateTable.tableArn] }];
  }

  private table(id: string, tableName: string, key: IKey, partition: string, sort?: string): TableV2 {
    return new TableV2(this, id, {
      tableName,
      partitionKey: { name: partition, type: AttributeType.STRING },
      ...(sort && { sortKey: { name: sort, type: AttributeType.STRING } }),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Without it nobody could tell what earlier runs did.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private secret(id: string, secretName: string, description: string, encryptionKey: IKey): Secret {
    const secret = new Secret(this, id, { secretName, description, encryptionKey, generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused' } });
    acknowledge(secret, 'every run writes new credentials; there is nothing to rotate between runs', 'AwsSolutions-SMG4');
    return secret;
  }
}
