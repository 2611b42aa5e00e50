import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** What one region remembers: who may write, how far the active region was, runs, approvals, where traffic goes. */
export class StateTable extends TableV2 {
  constructor(scope: Construct, id: string, tableName: string, key: IKey) {
    super(scope, id, {
      tableName,
      partitionKey: { name: 'item', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Without it a region that comes back would not learn that it was overtaken.
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
