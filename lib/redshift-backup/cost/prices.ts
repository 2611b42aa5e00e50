/**
 * How sure a figure is: read on AWS's own page; quoted alike by several who are independent of each other; or derived from what
 * AWS says about it and another figure. AWS fills most of its price tables in by script, so that a copy of the page does not hold them.
 */
export type Certainty = 'published' | 'quoted' | 'derived';

/** One price, with where it comes from and when it was looked up. */
export interface Price {
  readonly usd: number;
  readonly per: string;
  readonly source: string;
  readonly asOf: string;
  readonly certainty: Certainty;
}

/** Where prices are for. Others vary by up to half; put theirs here before deciding by a few dollars. */
export const PRICED_REGION = 'us-east-1';

const LOOKED_UP = '2026-11';

/** Everything that the model multiplies with. */
export const PRICES = {
  snapshotStorage: {
    usd: 0.023,
    per: 'GB-month of manual snapshots, charged like S3 Standard',
    source: 'https://aws.amazon.com/redshift/pricing/ (backup storage "at standard S3 rates"); the rate itself: https://aws.amazon.com/s3/pricing/',
    asOf: LOOKED_UP,
    certainty: 'derived',
  },
  managedStorage: { usd: 0.024, per: 'GB-month of Redshift Managed Storage', source: 'https://aws.amazon.com/redshift/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  crossRegionTransfer: { usd: 0.02, per: 'GB copied to another region; pairs with Asia-Pacific cost up to five times as much', source: 'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer', asOf: LOOKED_UP, certainty: 'quoted' },
  stateTransitions: { usd: 0.025, per: '1000 state transitions of Step Functions', source: 'https://aws.amazon.com/step-functions/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  lambdaGbSecond: { usd: 0.0000133334, per: 'GB-second of an ARM function', source: 'https://aws.amazon.com/lambda/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  lambdaRequests: { usd: 0.2, per: 'million invocations', source: 'https://aws.amazon.com/lambda/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  alarm: { usd: 0.1, per: 'alarm and month', source: 'https://aws.amazon.com/cloudwatch/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  dashboard: { usd: 3, per: 'dashboard and month', source: 'https://aws.amazon.com/cloudwatch/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
  key: { usd: 1, per: 'customer key and month', source: 'https://aws.amazon.com/kms/pricing/', asOf: LOOKED_UP, certainty: 'quoted' },
} as const satisfies Record<string, Price>;

/** What an hour of one node costs on demand. */
export const NODE_HOUR: Readonly<Record<string, Price>> = {
  'ra3.large': nodeHour(0.543, 'quoted'),
  'ra3.xlplus': nodeHour(1.086, 'quoted'),
  'ra3.4xlarge': nodeHour(3.26, 'quoted'),
  'ra3.16xlarge': nodeHour(13.04, 'quoted'),
  'dc2.large': nodeHour(0.25, 'published'),
  // Not a node: a Redshift processing unit of Serverless, billed while it computes.
  RPU: { ...nodeHour(0.375, 'quoted'), per: 'Redshift processing unit and hour' },
};

/** How a warehouse is run, as far as billing cares. */
export type WarehouseFamily = 'ra3' | 'dc2' | 'rg' | 'serverless';

/**
 * From this day RG clusters and Serverless pay for each block of manual snapshots once; all others go on paying for the whole of each snapshot.
 * https://aws.amazon.com/blogs/big-data/unlock-cost-savings-with-incremental-snapshot-billing-for-amazon-redshift-serverless-and-amazon-redshift-rg/
 */
export const UNIQUE_BLOCK_BILLING = { since: '2026-06-08', families: ['rg', 'serverless'] as readonly WarehouseFamily[] };

function nodeHour(usd: number, certainty: Certainty): Price {
  return { usd, per: 'node and hour, on demand', source: 'https://aws.amazon.com/redshift/pricing/', asOf: LOOKED_UP, certainty };
}
