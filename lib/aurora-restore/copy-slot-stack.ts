import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { HoldfastStack } from '../shared/holdfast-stack';
import { COPY_SLOT_TABLE } from './names';

export interface CopySlotStackProps {
  readonly env: { readonly account: string; readonly region: string };
}

/**
 * Who copies snapshots at the moment, for all pipelines that restore into one account and region.
 *
 * AWS counts the copies of an account in a region, not of a pipeline. The table holds nothing but names of operations.
 */
export class CopySlotStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env }: CopySlotStackProps) {
    super(scope, id, { env, system: 'aurora-restore', description: 'Turns of the restore pipelines at copying snapshots' });
    new TableV2(this, 'Table', {
      tableName: COPY_SLOT_TABLE,
      partitionKey: { name: 'place', type: AttributeType.STRING },
      sortKey: { name: 'slot', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
