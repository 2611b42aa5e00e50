import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LetterBox } from '../shared/letter-box';
import type { PipelineNames } from './names';

export interface ReplicatorStorageProps {
  readonly names: PipelineNames;
  readonly key: IKey;
}

const FAILURES_KEPT = Duration.days(14);

/** Who works on which table, and what failed for good. The truth about what has arrived is in Snowflake, beside the rows. */
export class ReplicatorStorage extends Construct {
  readonly lockTable: TableV2;
  readonly failures: Queue;

  constructor(scope: Construct, id: string, { names, key }: ReplicatorStorageProps) {
    super(scope, id);
    this.lockTable = new TableV2(this, 'Locks', {
      tableName: names.lockTable,
      partitionKey: { name: 'table_id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // A lost table would hand out tokens that were used before.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.failures = new LetterBox(this, 'Failures', { queueName: `${names.prefix}-failures`, key, retention: FAILURES_KEPT }).queue;
  }
}
