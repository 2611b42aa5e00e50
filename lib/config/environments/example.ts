import type { DeploymentDescription } from '../deployment';

const HOME = 'ap-southeast-2';
const AWAY = 'us-west-2';
const LAKE_KEY = `arn:aws:kms:${HOME}:111111111111:key/0a1b2c3d-1111-4aaa-8bbb-000000000002`;
const ORDERS_KEY = `arn:aws:kms:${HOME}:111111111111:key/0a1b2c3d-1111-4aaa-8bbb-000000000001`;

/** An organisation with three accounts in two regions. Copy this file to describe your own. */
export const environment: DeploymentDescription = {
  name: 'example',
  accounts: { production: '111111111111', recovery: '222222222222', staging: '333333333333' },
  notifications: { email: ['database-team@example.com'] },
  redshiftBackup: [
    {
      name: 'warehouse',
      region: HOME,
      source: { account: 'production', warehouse: { cidr: '10.0.0.0/16', nodeType: 'ra3.large', numberOfNodes: 2 } },
      target: {
        account: 'recovery',
        network: { cidr: '10.1.0.0/16' },
        release: { requesters: ['arn:aws:iam::222222222222:role/database-team'], approvers: ['arn:aws:iam::222222222222:role/security-team'] },
      },
      schedule: 'cron(0 2 * * ? *)',
      retention: { days: 7, weekly: 4, monthly: 3 },
      regionCopy: { region: AWAY, keepDays: 7, restorableWithinHours: 30 },
      awsBackup: { schedule: 'cron(0 4 ? * SUN *)', keepDays: 28, lock: { minDays: 7, maxDays: 35, finalAfterDays: 3 } },
      governance: { config: true, cloudTrail: true, guardDuty: true },
      proof: { schedule: 'cron(0 6 ? * MON,THU *)', retention: { days: 14, monthly: 3 }, costCapUsd: 20, lifetimeHours: 6 },
      objectives: { restorableWithinHours: 30, provenWithinDays: 5, backupHours: 6 },
    },
    {
      name: 'lake',
      region: HOME,
      source: { account: 'production', clusterIdentifier: 'lake', warehouse: { workgroup: 'lake-analysts', kmsKeyArn: LAKE_KEY } },
      target: { account: 'recovery', network: { cidr: '10.2.0.0/16' } },
      names: { backupFunction: 'lake-backup', snapshotPrefix: 'lake-snapshot', targetKeyAlias: 'lake-backup-key', restoredCluster: 'lake-restored' },
      schedule: 'cron(0 3 * * ? *)',
      retention: { days: 7 },
      proof: { schedule: 'cron(0 7 ? * TUE *)', retention: { days: 14 }, costCapUsd: 20, lifetimeHours: 6 },
      objectives: { restorableWithinHours: 30, provenWithinDays: 8, backupHours: 6 },
    },
  ],
  auroraRestore: [
    {
      name: 'orders-refresh',
      source: {
        account: 'production',
        region: HOME,
        clusterIdentifier: 'orders',
        kmsKeyArn: ORDERS_KEY,
        network: {
          vpcId: 'vpc-0a1b2c3d4e5f60001',
          subnetIds: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
          availabilityZones: [`${HOME}a`, `${HOME}b`],
          databaseSecurityGroupId: 'sg-0a1b2c3d4e5f60001',
        },
        readerSecretArn: `arn:aws:secretsmanager:${HOME}:111111111111:secret:orders/reader-Lwxhkj`,
        databases: ['orders'],
        captureSchedule: 'cron(0 16 * * ? *)',
        keepCapturesDays: 2,
      },
      target: {
        account: 'staging',
        region: AWAY,
        clusterIdentifier: 'orders-staging',
        instanceClass: 'db.r6g.large',
        network: { cidr: '10.30.0.0/16' },
        clientCidrs: ['10.30.0.0/16'],
        keepCopiesDays: 1,
      },
      schedule: 'cron(0 18 * * ? *)',
      objectives: { rtoMinutes: 240, provenEveryHours: 48 },
      users: { application: 'orders_app', readOnly: 'orders_readonly', keep: [] },
      masking: [
        {
          name: 'customer-emails',
          database: 'orders',
          statement: `UPDATE sales.customers SET email = 'customer-' || id || '@example.com'`,
          countsUnmasked: `SELECT count(*) FROM sales.customers WHERE email NOT LIKE 'customer-%@example.com'`,
        },
      ],
    },
    {
      name: 'catalog-rebuild',
      source: {
        account: 'production',
        region: HOME,
        clusterIdentifier: 'catalog',
        network: {
          vpcId: 'vpc-0a1b2c3d4e5f60002',
          subnetIds: ['subnet-0a1b2c3d4e5f60003', 'subnet-0a1b2c3d4e5f60004'],
          availabilityZones: [`${HOME}a`, `${HOME}b`],
          databaseSecurityGroupId: 'sg-0a1b2c3d4e5f60002',
        },
        readerSecretArn: `arn:aws:secretsmanager:${HOME}:111111111111:secret:catalog/reader-Afb2oy`,
        databases: ['catalog'],
        deletable: true,
      },
      target: {
        account: 'production',
        region: HOME,
        clusterIdentifier: 'catalog-next',
        instanceClass: 'db.r6g.large',
        network: { cidr: '10.40.0.0/16' },
        clientCidrs: ['10.40.0.0/16'],
      },
      snapshotMaxAgeHours: 4,
      objectives: { rtoMinutes: 120, provenEveryHours: 168 },
      users: { application: 'catalog_app', readOnly: 'catalog_readonly', keep: ['orders_etl'] },
      masking: [
        {
          name: 'customer-emails',
          database: 'catalog',
          statement: `UPDATE sales.customers SET email = 'customer-' || id || '@example.com'`,
          countsUnmasked: `SELECT count(*) FROM sales.customers WHERE email NOT LIKE 'customer-%@example.com'`,
        },
      ],
    },
  ],
  warmStandby: [
    {
      name: 'shop',
      account: 'production',
      primary: { region: HOME, cidr: '10.60.0.0/16', certificateArn: `arn:aws:acm:${HOME}:111111111111:certificate/0a1b2c3d-2222-4aaa-8bbb-000000000001` },
      standby: { region: AWAY, cidr: '10.61.0.0/16', certificateArn: `arn:aws:acm:${AWAY}:111111111111:certificate/0a1b2c3d-2222-4aaa-8bbb-000000000002` },
      witnessRegion: 'ap-northeast-1',
      dataKeyId: 'mrk-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d',
      domain: { zoneName: 'example.com', recordName: 'shop.example.com' },
      database: { name: 'shop', instanceClass: 'db.r6g.large', sizeGb: 20, backupWindow: '15:00-15:30' },
      objectives: { rtoMinutes: 27, rpoSeconds: 270 },
    },
  ],
  snowflakeReplicator: [
    {
      name: 'shop-to-snowflake',
      account: 'production',
      region: HOME,
      network: { cidr: '10.0.0.0/16' },
      source: { clusterIdentifier: 'shop', database: 'shop', credentials: { kind: 'dynamic', role: 'snowflake-replicator' } },
      vault: {
        address: 'https://vault.example.com:8200',
        addresses: ['198.18.0.0/16'],
        login: { kind: 'aws', role: 'snowflake-replicator', serverId: 'vault.example.com' },
        pepperPath: 'snowflake-replicator/pepper',
      },
      snowflake: {
        account: 'xy12345',
        accessUrl: `https://xy12345.${HOME}.privatelink.snowflakecomputing.com`,
        endpointService: `com.amazonaws.vpce.${HOME}.vpce-svc-0a1b2c3d4e5f60001`,
        stageBucket: 'sfc-au-ds1-customer-stage',
        role: 'REPLICATOR',
        warehouse: 'LOADING',
        database: 'SHOP',
        schema: 'SALES',
        login: { kind: 'key-pair', secretPath: 'snowflake-replicator/snowflake' },
      },
      tables: {
        'sales.customers': { columns: { email: { mask: { kind: 'hash' } } } },
        'sales.orders': { cursor: { kind: 'column', column: 'updated_at' } },
        'sales.order_lines': {},
        'sales.products': { mode: 'full' },
      },
      // So small that the rehearsal divides its largest table among several functions, no more of which work at once than a small machine has cores.
      limits: { spreadAboveGb: 0.002, partitions: 2, tablesAtOnce: 2 },
      schedule: 'cron(0 * * * ? *)',
      verifySchedule: 'cron(30 17 * * ? *)',
      objectives: { lagMinutes: 90, runHours: 6 },
    },
  ],
};
