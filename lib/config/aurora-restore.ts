import * as z from 'zod/mini';
import { cidr, clusterIdentifier, existingNetwork, keyArn, location, network, schedule, securityGroupId, secretArn, shortName, wholeNumber } from './fields';

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS: at most 63 bytes; `pg_` is reserved. */
export const roleName = z.string().check(z.regex(/^(?!pg_|rds)[a-z_][a-z0-9_]{0,62}$/, 'a PostgreSQL role name in lower case, not starting with pg_ or rds'));
const databaseName = z.string().check(z.regex(/^(?!(rdsadmin|template[01])$)[a-z_][a-z0-9_]{0,62}$/, 'a database name in lower case, neither rdsadmin nor a template'));

/** As long as manifests are kept: what is older cannot be proven by them. */
const LONGEST_CAPTURE_DAYS = 90;

/** A statement that removes what must not leave production, and the query that proves it is gone. */
export const masking = z.strictObject({
  name: shortName,
  database: databaseName,
  statement: z.string().check(z.minLength(1)),
  /** Counts what is left unmasked; the restore fails unless it answers 0. */
  countsUnmasked: z.string().check(z.regex(/^\s*select\b/i, 'a SELECT that counts what is left unmasked')),
});

/** One pipeline: a source cluster whose snapshots become a database somewhere else. */
export const auroraRestore = z.strictObject({
  name: shortName,
  source: z.strictObject({
    ...location.shape,
    clusterIdentifier,
    /** The customer key of the cluster's snapshots; without it only snapshots of the same account can be restored. */
    kmsKeyArn: z.optional(keyArn),
    /** Where the function that reads the source may run. Without it there are no manifests from the source. */
    network: z.optional(z.strictObject({ ...existingNetwork.shape, databaseSecurityGroupId: securityGroupId })),
    /** Secret with `username` and `password` of a role that may read every table and sequence. */
    readerSecretArn: z.optional(secretArn),
    /** The databases whose content the manifest covers. */
    databases: z.array(databaseName).check(z.minLength(1)),
    captureSchedule: z.optional(schedule),
    /** How many days the snapshots of captures are kept; the newest is kept for good. */
    keepCapturesDays: z._default(wholeNumber(1, LONGEST_CAPTURE_DAYS), 7),
    /** Allows runs that delete the source cluster after the restore is proven. Such a run must carry the hash of its plan. */
    deletable: z._default(z.boolean(), false),
  }),
  target: z.strictObject({
    ...location.shape,
    /** Leaves room for the name of its instance, `<name>-1`. */
    clusterIdentifier: clusterIdentifier.check(z.maxLength(61)),
    instanceClass: z.string().check(z.regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an instance class such as db.r6g.large')),
    network,
    /** Who may reach the database once it is proven. */
    clientCidrs: z.array(cidr).check(z.minLength(1)),
    clusterParameterGroup: z.optional(clusterIdentifier),
    /** How many days the copied snapshot is kept after a run; 0 deletes it at the end of the run. */
    keepCopiesDays: z._default(wholeNumber(0, 365), 0),
  }),
  /** When a restore starts by itself. */
  schedule: z.optional(schedule),
  snapshotMaxAgeHours: z._default(wholeNumber(1, 24 * 365), 26),
  objectives: z.strictObject({
    /** Longest that a restore may take. */
    rtoMinutes: wholeNumber(30, 24 * 60),
    /** Longest that may pass without a restore that was proven. */
    provenEveryHours: wholeNumber(1, 24 * 7),
  }),
  users: z.strictObject({
    application: roleName,
    readOnly: roleName,
    /** Roles that keep their login after the restore; every other copied login role is locked. */
    keep: z._default(z.array(roleName), []),
  }),
  masking: z._default(z.array(masking), []),
  /** What happens to what a failed run made: removed, or kept so that the run can be resumed. */
  onFailure: z._default(z.enum(['remove', 'keep']), 'remove'),
});
export type AuroraRestoreConfig = z.output<typeof auroraRestore>;

/** What the fields of each pipeline contradict in each other, by the path of the field. */
export function auroraRestoreProblems(configs: readonly AuroraRestoreConfig[], accounts: Readonly<Record<string, string>>): string[] {
  return configs.flatMap((config, index) => [...sourceProblems(config, accounts), ...targetProblems(config), ...userProblems(config)].map((problem) => `auroraRestore.${index}.${problem}`));
}

function sourceProblems(config: AuroraRestoreConfig, accounts: Readonly<Record<string, string>>): string[] {
  const { source, target } = config;
  const account = accounts[source.account];
  // An account that there is not is a problem of its own.
  const isElsewhere = (arn: string) => account !== undefined && arn.split(':').slice(3, 5).join() !== [source.region, account].join();
  const misplaced = (field: string, kind: string, arn: string | undefined) =>
    arn !== undefined && isElsewhere(arn) ? [`source.${field}: ${JSON.stringify(arn)} is not allowed, expected a ${kind} of ${source.region} in account ${account}`] : [];
  return [
    ...(source.account !== target.account && !source.kmsKeyArn
      ? ['source.kmsKeyArn: is missing, expected the customer key of the source: snapshots under aws/rds cannot be shared with another account']
      : []),
    ...captureProblems(config),
    ...misplaced('kmsKeyArn', 'key', source.kmsKeyArn),
    ...misplaced('readerSecretArn', 'secret', source.readerSecretArn),
    ...(source.captureSchedule && !source.network ? ['source.network: is missing, expected where the capture function may run, because captureSchedule is set'] : []),
    ...(source.network && !source.readerSecretArn ? ['source.readerSecretArn: is missing, expected the secret of the role that reads the source, because source.network is set'] : []),
  ];
}

/** A copy ends when its snapshot is deleted: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterSnapshot.html */
function captureProblems({ source: { network: capturing, keepCapturesDays }, snapshotMaxAgeHours, objectives: { rtoMinutes } }: AuroraRestoreConfig): string[] {
  const leastDays = Math.min(LONGEST_CAPTURE_DAYS, Math.ceil((snapshotMaxAgeHours + rtoMinutes / 60) / 24));
  if (!capturing || keepCapturesDays >= leastDays) return [];
  return [`source.keepCapturesDays: ${keepCapturesDays} is not allowed, expected at least ${leastDays}: a restore may begin with a snapshot of ${snapshotMaxAgeHours} h and copy it for ${rtoMinutes} min`];
}

function targetProblems({ source, target }: AuroraRestoreConfig): string[] {
  const isSource = source.account === target.account && source.region === target.region && source.clusterIdentifier === target.clusterIdentifier;
  const zones = 'vpcId' in target.network ? target.network.availabilityZones : undefined;
  return [
    ...(isSource ? [`target.clusterIdentifier: ${JSON.stringify(target.clusterIdentifier)} is the source cluster itself`] : []),
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html#USER_VPC.Subnets
    ...(zones && new Set(zones).size < 2 ? [`target.network.availabilityZones: ${JSON.stringify(zones)} is not allowed, expected two or more: a database needs subnets in two`] : []),
  ];
}

function userProblems({ source: { databases }, users: { application, readOnly, keep }, masking: maskings }: AuroraRestoreConfig): string[] {
  return [
    ...(application === readOnly ? [`users.readOnly: ${JSON.stringify(readOnly)} is not allowed, expected another role than users.application`] : []),
    ...keep.flatMap((role, index) => (role === application || role === readOnly ? [`users.keep.${index}: ${JSON.stringify(role)} is not allowed, expected no role that the restore makes`] : [])),
    ...maskings.flatMap(({ database }, index) => (databases.includes(database) ? [] : [`masking.${index}.database: ${JSON.stringify(database)} is not allowed, expected one of ${databases.join(', ')}: it would not be masked`])),
  ];
}
