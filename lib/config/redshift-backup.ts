import * as z from 'zod/mini';
import { LONGEST_RETENTION_DAYS } from '../../lambda/redshift-backup/contract';
import { cidr, clusterIdentifier, keyArn, network, region, schedule, shortName, wholeNumber } from './fields';
import { canMeet, runsOf } from './schedule-runs';
import { exceededTogether, type QuotaUse } from './shared-quotas';

/** https://docs.aws.amazon.com/redshift/latest/dg/r_names.html */
const databaseName = z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,63}$/, 'a database name in lower case, up to 64 characters'));
const userName = z.string().check(z.regex(/^(?!pg_)[a-z_][a-z0-9_]{0,126}$/, 'a database user in lower case, not starting with pg_'));
const nodeType = z.enum(['ra3.large', 'ra3.xlplus', 'ra3.4xlarge', 'ra3.16xlarge'], 'one of ra3.large, ra3.xlplus, ra3.4xlarge, ra3.16xlarge');
const functionName = z.string().check(z.regex(/^[a-zA-Z0-9-_]{1,64}$/, 'a function name: up to 64 letters, digits, hyphens and underscores'));
/** Leaves room for `-YYYYMMDD-HHMMSS-owned` within the 255 characters that Redshift takes. */
const snapshotPrefix = z.string().check(z.regex(/^(?!.*--)[a-z][a-z0-9-]{0,60}[a-z0-9]$/, '2 to 62 lower-case letters, digits and single hyphens, starting with a letter, not ending with a hyphen'));

/** How long snapshots are kept; see `lambda/redshift-backup/retention.ts`. */
const retention = z.strictObject({
  days: wholeNumber(1, LONGEST_RETENTION_DAYS),
  daily: z._default(wholeNumber(0, 366), 0),
  weekly: z._default(wholeNumber(0, 520), 0),
  monthly: z._default(wholeNumber(0, 120), 0),
  yearly: z._default(wholeNumber(0, 10), 0),
});

/** https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateWorkgroup.html */
const workgroup = z.string().check(z.regex(/^[a-z0-9-]{3,64}$/, 'a workgroup: 3 to 64 lower-case letters, digits and hyphens'));
/** In Redshift processing units: https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html */
const capacityRpu = wholeNumber(4, 1024);

/** What is backed up: a cluster, or with a workgroup a namespace of Redshift Serverless; made by the deployment, or there under a customer key. */
const warehouse = z.union(
  [z.strictObject({ cidr, nodeType, numberOfNodes: wholeNumber(1, 128) }), z.strictObject({ kmsKeyArn: keyArn }), z.strictObject({ workgroup, cidr, capacityRpu }), z.strictObject({ workgroup, kmsKeyArn: keyArn })],
  'either { cidr, nodeType, numberOfNodes } to create a cluster or { kmsKeyArn } of the one that exists; for Redshift Serverless { workgroup, cidr, capacityRpu } or { workgroup, kmsKeyArn }',
);

/** Copies of a cluster's snapshots in another region of the source account, which Redshift makes by itself once it is told to. */
const regionCopy = z.strictObject({
  region,
  /** Copies of the pipeline's snapshots; Redshift deletes them after this, whatever became of the originals. */
  keepDays: wholeNumber(1, LONGEST_RETENTION_DAYS),
  /** Copies of Redshift's own, automated snapshots: https://docs.aws.amazon.com/redshift/latest/APIReference/API_EnableSnapshotCopy.html */
  keepAutomatedDays: z._default(wholeNumber(1, 35), 7),
  /** How old the newest copy may be that the target account could restore there. */
  restorableWithinHours: wholeNumber(1, 24 * 31),
});

const principalArn = z.string().check(z.regex(/^arn:aws:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/, 'the ARN of an IAM user or role'));
/** Who may have an owned copy deleted before its time, also the last proven one: one of each list, never one person. */
const release = z.strictObject({
  requesters: z.array(principalArn).check(z.minLength(1)),
  approvers: z.array(principalArn).check(z.minLength(1)),
});

const vaultName = z.string().check(z.regex(/^[a-zA-Z0-9_-]{2,50}$/, '2 to 50 letters, digits, hyphens and underscores'));

/** AWS Backup as the layer of governance beside the automation: it keeps its own recovery points, under its own schedule. */
const awsBackup = z.strictObject({
  schedule,
  /** AWS Backup deletes its recovery points after this. */
  keepDays: wholeNumber(1, LONGEST_RETENTION_DAYS),
  /** Whoever has which permission: no recovery point goes before `minDays` or stays beyond `maxDays`. */
  lock: z.optional(
    z.strictObject({
      minDays: wholeNumber(1, LONGEST_RETENTION_DAYS),
      maxDays: wholeNumber(1, LONGEST_RETENTION_DAYS),
      /** After these days not even the root of the account can remove the lock. Without it, who may administer vaults can. */
      finalAfterDays: z.optional(wholeNumber(3, 365)),
    }),
  ),
  sourceVault: z._default(vaultName, 'aca-redshift-vault'),
  targetVault: z._default(vaultName, 'aca-redshift-cross-account-vault'),
  plan: z._default(vaultName, 'aca-redshift-plan'),
  selection: z._default(vaultName, 'AcaRedshiftClusterSelection'),
  role: z._default(z.string().check(z.regex(/^[\w+=,.@-]{1,64}$/, 'a role name')), 'AcaAWSBackupServiceRole-Redshift'),
  /** How often it is tried whether AWS Backup copies Redshift to another account by now. */
  probeSchedule: z._default(schedule, 'rate(7 days)'),
});
/** What watches the two accounts. AWS Config and GuardDuty exist once an account and region: leave them off where somebody else runs them. */
const governance = z.strictObject({
  /** Rules over the clusters, and with AWS Backup its audit framework and reports. */
  config: z._default(z.boolean(), false),
  cloudTrail: z._default(z.boolean(), false),
  guardDuty: z._default(z.boolean(), false),
});
const UNGOVERNED = { config: false, cloudTrail: false, guardDuty: false };
export type AwsBackupConfig = z.output<typeof awsBackup>;

/** One warehouse that is backed up into another account. */
export const redshiftBackup = z.strictObject({
  name: shortName,
  /** Redshift restores a snapshot in its own region only, so both accounts work in it. */
  region,
  source: z.strictObject({
    account: z.string(),
    /** The cluster, or the namespace of Redshift Serverless. */
    clusterIdentifier: z._default(clusterIdentifier, 'aca-redshift-cluster'),
    /** The database that is read and proven. Snapshots hold all of a warehouse; what others hold is restored with them, and compared with nothing. */
    database: z._default(databaseName, 'dev'),
    /** Database user of a cluster who may read every table and needs no password. In Redshift Serverless the user is named after the role that asks. */
    readerUser: z._default(userName, 'holdfast_reader'),
    warehouse,
  }),
  target: z.strictObject({ account: z.string(), network, release: z.optional(release) }),
  names: z._default(
    z.strictObject({
      /** The function that people invoke. */
      backupFunction: z._default(functionName, 'aca-redshift-backup'),
      snapshotPrefix: z._default(snapshotPrefix, 'aca-lambda-snapshot'),
      sourceKeyAlias: z._default(shortName, 'aca-redshift-key'),
      targetKeyAlias: z._default(shortName, 'aca-backup-key'),
      /** What people restore for use, as opposed to the clusters of proofs. */
      restoredCluster: z._default(clusterIdentifier, 'aca-restored-cluster'),
    }),
    { backupFunction: 'aca-redshift-backup', snapshotPrefix: 'aca-lambda-snapshot', sourceKeyAlias: 'aca-redshift-key', targetKeyAlias: 'aca-backup-key', restoredCluster: 'aca-restored-cluster' },
  ),
  schedule,
  retention,
  /** How long a snapshot outlives its clean-up when that is dead. It runs once a day, and once may fail. */
  graceDays: z._default(wholeNumber(2, 365), 7),
  /** Manual snapshots that the account may have in the region: 20 unless AWS has raised it. */
  snapshotQuota: z._default(wholeNumber(1, 10_000), 20),
  proof: z.strictObject({
    schedule,
    retention,
    /** Most that one restored cluster may cost, counted at the prices of us-east-1 (`lib/redshift-backup/cost/prices.ts`): elsewhere the bill may be up to half more. */
    costCapUsd: wholeNumber(1, 10_000),
    /** No restored cluster lives longer. */
    lifetimeHours: wholeNumber(1, 48),
    /** Of the workgroup in which a snapshot of Redshift Serverless is proven. */
    capacityRpu: z._default(capacityRpu, 8),
  }),
  regionCopy: z.optional(regionCopy),
  awsBackup: z.optional(awsBackup),
  governance: z._default(governance, UNGOVERNED),
  objectives: z.strictObject({
    /** How old the newest backup may be that the target could restore. */
    restorableWithinHours: wholeNumber(1, 24 * 31),
    /** How old the newest proven, owned copy may be. */
    provenWithinDays: wholeNumber(1, 31),
    /** Longest that a snapshot may take from request to share. */
    backupHours: wholeNumber(1, 24),
  }),
});
export type RedshiftBackupConfig = z.output<typeof redshiftBackup>;
export type RetentionConfig = RedshiftBackupConfig['retention'];
export type RegionCopyConfig = z.output<typeof regionCopy>;

/** The workgroup that computes for a warehouse of Redshift Serverless; nothing for a cluster. */
export function workgroupOf({ source: { warehouse: described } }: RedshiftBackupConfig): string | undefined {
  return 'workgroup' in described ? described.workgroup : undefined;
}

const LONGEST_BUCKET_NAME = 63;
/** Each snapshot that is shared is a share of its key, not adjustable: https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-limits.html */
const SHARES_PER_KEY = 100;

/** What cannot work, found before anything is deployed; each line names the field, the numbers and what is allowed. */
export function redshiftBackupProblems(configs: readonly RedshiftBackupConfig[]): string[] {
  return [...configs.flatMap((config, index) => problemsOf(config, `redshiftBackup.${index}`)), ...exceededTogether(configs.flatMap((config, index) => quotaUses(config, `redshiftBackup.${index}`))), ...collisions(configs), ...governedTwice(configs)];
}

/** How many snapshots a schedule and a retention hold at a time, at most: the one just made counts before the oldest goes. */
export function snapshotsHeld(expression: string, { days, daily, weekly, monthly, yearly }: RetentionConfig): number {
  const beyond = (count: number, daysEach: number) => Math.max(0, count - Math.floor(days / daysEach));
  return runsOf(expression).mostWithin(days) + 1 + beyond(daily, 1) + beyond(weekly, 7) + beyond(monthly, 30) + beyond(yearly, 365);
}

function problemsOf(config: RedshiftBackupConfig, path: string): string[] {
  const { source, target, schedule: expression, proof, objectives, snapshotQuota } = config;
  const shared = snapshotsHeld(expression, config.retention);
  const held = shared + recoveryPointsHeld(config);
  const owned = snapshotsHeld(proof.schedule, proof.retention);
  const gapHours = runsOf(expression).longestGapHours;
  const proofGapHours = runsOf(proof.schedule).longestGapHours;
  return [
    ...(source.account === target.account ? [`${path}.target.account: ${JSON.stringify(target.account)} is the source account itself, expected another`] : []),
    ...(held > snapshotQuota ? [`${path}.retention: ${expression} with it holds up to ${held} snapshots${config.awsBackup ? ' with those of AWS Backup' : ''}, expected at most snapshotQuota = ${snapshotQuota}; keep fewer, or have the quota raised and declare it`] : []),
    ...(shared > SHARES_PER_KEY && workgroupOf(config) === undefined ? [`${path}.retention: ${expression} with it holds up to ${shared} snapshots that are shared, expected at most ${SHARES_PER_KEY}: no key carries more shares`] : []),
    ...(owned > snapshotQuota ? [`${path}.proof.retention: ${proof.schedule} with it holds up to ${owned} snapshots, expected at most snapshotQuota = ${snapshotQuota}`] : []),
    ...nameProblems(config, path),
    ...awsBackupProblems(config, path),
    ...serverlessProblems(config, path),
    ...regionCopyProblems(config, path),
    ...releaseProblems(config, path),
    ...(gapHours + objectives.backupHours > objectives.restorableWithinHours ? [`${path}.objectives.restorableWithinHours: ${objectives.restorableWithinHours} cannot be kept: ${expression} leaves up to ${gapHours} h between two backups, and one may take ${objectives.backupHours} h`] : []),
    ...(proofGapHours > objectives.provenWithinDays * 24 ? [`${path}.objectives.provenWithinDays: ${objectives.provenWithinDays} cannot be kept: ${proof.schedule} leaves up to ${proofGapHours / 24} days between two proofs`] : []),
  ];
}

/** What clusters take of the quotas of their accounts and keys. Those of Redshift Serverless are others, for each account as large as AWS makes them. */
function quotaUses(config: RedshiftBackupConfig, path: string): readonly QuotaUse[] {
  if (workgroupOf(config) !== undefined) return [];
  const { source, target, region: home, regionCopy: copy, proof, snapshotQuota } = config;
  const inPlace = (field: string, account: string, place: string, held: number): QuotaUse => ({ field: `${path}.${field}`, of: `in ${account}, ${place}`, held, most: snapshotQuota, because: `snapshotQuota = ${snapshotQuota}; keep fewer, or have the quota raised and declare it` });
  const shared = snapshotsHeld(config.schedule, config.retention);
  const { warehouse: described } = source;
  return [
    inPlace('retention', source.account, home, shared + recoveryPointsHeld(config)),
    inPlace('proof.retention', target.account, home, snapshotsHeld(proof.schedule, proof.retention)),
    ...(copy ? [inPlace('regionCopy.keepDays', source.account, copy.region, copiesHeld(config, copy))] : []),
    ...('kmsKeyArn' in described ? [{ field: `${path}.retention`, of: `under ${described.kmsKeyArn} that are shared`, held: shared, most: SHARES_PER_KEY, because: `${SHARES_PER_KEY}: no key carries more shares` }] : []),
  ];
}

/** A bucket's name has an end: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function nameProblems({ name, region: place }: RedshiftBackupConfig, path: string): string[] {
  const longest = LONGEST_BUCKET_NAME - `-backup-evidence-000000000000-${place}`.length;
  return name.length > longest ? [`${path}.name: ${JSON.stringify(name)} is not allowed, expected at most ${longest} characters: its bucket is called <name>-backup-evidence-<account>-${place}`] : [];
}

/** AWS Backup's recovery points are manual snapshots of Redshift, and count. */
function recoveryPointsHeld({ awsBackup: backup }: RedshiftBackupConfig): number {
  return backup ? runsOf(backup.schedule).mostWithin(backup.keepDays) + 1 : 0;
}

/** Both make manual snapshots of one cluster: they must not want the same moment, and the lock must let AWS Backup keep its word. */
function awsBackupProblems({ awsBackup: backup, schedule: expression }: RedshiftBackupConfig, path: string): string[] {
  if (!backup) return [];
  const { lock, keepDays } = backup;
  return [
    ...(canMeet(backup.schedule, expression) ? [`${path}.awsBackup.schedule: ${backup.schedule} can meet ${expression} of the automation, expected two cron(...) that never fire at the same time: one cluster takes one snapshot at a time`] : []),
    ...(lock && lock.minDays > lock.maxDays ? [`${path}.awsBackup.lock.minDays: ${lock.minDays} is more than maxDays = ${lock.maxDays}`] : []),
    ...(lock && (keepDays < lock.minDays || keepDays > lock.maxDays) ? [`${path}.awsBackup.keepDays: ${keepDays} is not allowed by the lock, expected ${lock.minDays} to ${lock.maxDays}`] : []),
  ];
}

/** What Redshift Serverless has no equivalent of, or none that is built here. */
function serverlessProblems(config: RedshiftBackupConfig, path: string): string[] {
  if (workgroupOf(config) === undefined) return [];
  const forClusters = (field: 'awsBackup' | 'regionCopy') => (config[field] ? [`${path}.${field}: is not allowed with source.warehouse.workgroup, it is about clusters`] : []);
  const { network: subnets } = config.target;
  // https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html
  const zones = 'vpcId' in subnets && new Set(subnets.availabilityZones).size < 3 ? [`${path}.target.network.availabilityZones: ${JSON.stringify(subnets.availabilityZones)} is not allowed with source.warehouse.workgroup, expected three zones or more`] : [];
  const namespace = config.source.clusterIdentifier.length < 3 ? [`${path}.source.clusterIdentifier: ${JSON.stringify(config.source.clusterIdentifier)} is not allowed, expected a namespace of at least 3 characters`] : [];
  return [...namespace, ...zones, ...forClusters('awsBackup'), ...forClusters('regionCopy')];
}

/** Copies are manual snapshots of their region, and count there; Redshift copies those of AWS Backup too. */
function copiesHeld({ schedule: expression, awsBackup: backup }: RedshiftBackupConfig, { keepDays }: RegionCopyConfig): number {
  return runsOf(expression).mostWithin(keepDays) + 1 + (backup ? runsOf(backup.schedule).mostWithin(keepDays) : 0);
}

function regionCopyProblems(config: RedshiftBackupConfig, path: string): string[] {
  const { regionCopy: copy, region: home, schedule: expression, snapshotQuota, objectives: { backupHours } } = config;
  if (!copy) return [];
  const shared = runsOf(expression).mostWithin(copy.keepDays) + 1;
  const held = copiesHeld(config, copy);
  const gapHours = runsOf(expression).longestGapHours;
  return [
    ...(copy.region === home ? [`${path}.regionCopy.region: ${JSON.stringify(home)} is the region of the warehouse itself, expected another`] : []),
    ...(held > snapshotQuota ? [`${path}.regionCopy.keepDays: ${expression} with it holds up to ${held} copies, expected at most snapshotQuota = ${snapshotQuota}`] : []),
    ...(shared > SHARES_PER_KEY ? [`${path}.regionCopy.keepDays: ${expression} with it holds up to ${shared} copies that are shared, expected at most ${SHARES_PER_KEY}: no key carries more shares`] : []),
    ...(gapHours + backupHours > copy.restorableWithinHours ? [`${path}.regionCopy.restorableWithinHours: ${copy.restorableWithinHours} cannot be kept: ${expression} leaves up to ${gapHours} h between two backups, and one may take ${backupHours} h`] : []),
  ];
}

/** Whoever is in both lists would be two people. */
function releaseProblems({ target }: RedshiftBackupConfig, path: string): string[] {
  const both = target.release?.approvers.filter((arn) => target.release?.requesters.includes(arn)) ?? [];
  return both.map((arn) => `${path}.target.release.approvers: ${JSON.stringify(arn)} is a requester too, expected two people`);
}

/** Two pipelines of one account and region must not share a name, a cluster or the names of their snapshots. */
function collisions(configs: readonly RedshiftBackupConfig[]): string[] {
  const keysOf = ({ name, region: place, source, target, names, awsBackup: backup }: RedshiftBackupConfig): Readonly<Record<string, string>> => ({
    name,
    'source.clusterIdentifier': [place, source.account, source.clusterIdentifier].join(' '),
    'names.snapshotPrefix': [place, source.account, names.snapshotPrefix].join(' '),
    // Its role bears the same name, and an account has one of a name, whatever the region.
    'names.backupFunction': [source.account, names.backupFunction].join(' '),
    'names.targetKeyAlias': [place, target.account, names.targetKeyAlias].join(' '),
    ...('cidr' in source.warehouse && { 'names.sourceKeyAlias': [place, source.account, names.sourceKeyAlias].join(' ') }),
    ...(backup && {
      'awsBackup.role': [source.account, backup.role].join(' '),
      'awsBackup.plan': [place, source.account, backup.plan].join(' '),
      'awsBackup.sourceVault': [place, source.account, backup.sourceVault].join(' '),
      'awsBackup.targetVault': [place, target.account, backup.targetVault].join(' '),
    }),
  });
  return configs.flatMap((config, index) =>
    Object.entries(keysOf(config)).flatMap(([field, key]) => {
      const first = configs.findIndex((other) => keysOf(other)[field] === key);
      return first < index ? [`redshiftBackup.${index}.${field}: ${JSON.stringify(key.split(' ').pop())} is taken by redshiftBackup.${first}`] : [];
    }),
  );
}

/** One recorder and one detector an account and region: a second pipeline there must leave them to the first. */
function governedTwice(configs: readonly RedshiftBackupConfig[]): string[] {
  return (['config', 'guardDuty'] as const).flatMap((what) => {
    const placesOf = (index: number): readonly string[] => {
      const config = configs[index];
      return config?.governance[what] ? [config.source.account, config.target.account].map((account) => `${config.region} ${account}`) : [];
    };
    return configs.flatMap((_config, index) => {
      const first = configs.findIndex((_other, earlier) => earlier < index && placesOf(earlier).some((place) => placesOf(index).includes(place)));
      return first < 0 ? [] : [`redshiftBackup.${index}.governance.${what}: true is not allowed, redshiftBackup.${first} has it in the same account and region`];
    });
  });
}
