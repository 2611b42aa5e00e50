import * as z from 'zod/mini';
import { cidr, location, region, shortName, wholeNumber } from './fields';
import { budgetOf, LEAST_LOSS } from './warm-standby-budget';

/** Names of tables and columns as PostgreSQL folds them: https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
const sqlName = z.string().check(z.regex(/^[a-z_][a-z0-9_]{0,62}$/, 'a name in lower-case letters, digits and underscores'));

const hostName = z.string().check(z.regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'a host name in lower case such as shop.example.com'));

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html#USER_WorkingWithAutomatedBackups.BackupWindow */
const backupWindow = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'a window in UTC such as 15:00-15:30'));

/** One of the two regions, the same in everything but its place. */
const site = z.strictObject({
  region,
  /** Addresses of the region's network. */
  cidr,
  /** Certificate of the domain in that region: the load balancer speaks TLS only. */
  certificateArn: z.string().check(z.regex(/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/, 'the ARN of an ACM certificate')),
});

/** A table whose rows carry numbers that only grow: what was lost is told by them. */
const reconciledTable = z.strictObject({ schema: sqlName, table: sqlName, key: sqlName });

/** One application that runs in a region and can be taken over by another. */
export const warmStandby = z.strictObject({
  name: shortName,
  account: location.shape.account,
  primary: site,
  standby: site,
  /** A third region that bears witness to who may write when the two cannot hear each other. */
  witnessRegion: region,
  /** Multi-region key that exists in both regions under this id; `holdfast standby create-key` makes it. */
  dataKeyId: z.string().check(z.regex(/^mrk-[0-9a-f]{32}$/, 'the id of a multi-region KMS key, mrk- and 32 hexadecimal digits')),
  domain: z.strictObject({
    /** The public hosted zone, which exists. */
    zoneName: hostName,
    /** Its id, needed where there is a private zone of the same name. @default the only zone of that name */
    zoneId: z.optional(z.string().check(z.regex(/^Z[A-Z0-9]{1,31}$/, 'the id of a hosted zone, Z and up to 31 capitals and digits'))),
    /** What clients connect to. */
    recordName: hostName,
    ttlSeconds: z._default(wholeNumber(1, 300), 30),
  }),
  database: z.strictObject({
    name: sqlName,
    instanceClass: z.string().check(z.regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an instance class such as db.r6g.large')),
    sizeGb: z._default(wholeNumber(20, 65_536), 100),
    /** Away from the hours in which a failover is likely: an instance that backs up cannot be promoted. */
    backupWindow,
    backupRetentionDays: z._default(wholeNumber(1, 35), 7),
    reconciledTables: z._default(z.array(reconciledTable), [{ schema: 'app', table: 'transactions', key: 'number' }]),
  }),
  service: z._default(z.strictObject({ activeTasks: wholeNumber(1, 100), standbyTasks: wholeNumber(1, 100) }), { activeTasks: 2, standbyTasks: 1 }),
  /** After how many probes in a row, one a minute, the active region counts as lost. */
  probeFailures: z._default(wholeNumber(2, 10), 3),
  approval: z._default(
    z.strictObject({
      /** How long a failover that nobody planned waits for a person. */
      timeoutMinutes: wholeNumber(1, 120),
    }),
    { timeoutMinutes: 5 },
  ),
  objectives: z.strictObject({
    /** From the loss of a region to clients being served by the other. */
    rtoMinutes: wholeNumber(1, 24 * 60),
    /** Work that may be lost, what a region may do unseen included. When it may be more, a replica is promoted only when a person signs for it. */
    rpoSeconds: wholeNumber(1, 24 * 3600),
  }),
});
export type WarmStandbyConfig = z.output<typeof warmStandby>;

/** What a schema cannot say: rules between fields. */
export function warmStandbyProblems(systems: readonly WarmStandbyConfig[]): string[] {
  return systems.flatMap((config, index) => [...nameProblems(config), ...placeProblems(config), ...domainProblems(config), ...backupProblems(config), ...timeProblems(config), ...lossProblems(config)].map((problem) => `warmStandby.${index}.${problem}`));
}

/** A load balancer's name has 32 characters: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const LONGEST_NAME = 32 - 'warm-standby-'.length;

function nameProblems({ name }: WarmStandbyConfig): string[] {
  return name.length <= LONGEST_NAME ? [] : [`name: ${JSON.stringify(name)} has ${name.length} characters, expected at most ${LONGEST_NAME}: load balancers are named after it`];
}

function placeProblems({ primary, standby, witnessRegion, service }: WarmStandbyConfig): string[] {
  return [
    ...(primary.region === standby.region ? [`standby.region: ${JSON.stringify(standby.region)} is the primary's own region, expected another`] : []),
    ...([primary.region, standby.region].includes(witnessRegion) ? [`witnessRegion: ${JSON.stringify(witnessRegion)} is one of the two regions, expected a third`] : []),
    ...(overlap(primary.cidr, standby.cidr) ? [`standby.cidr: ${standby.cidr} overlaps with ${primary.cidr} of the primary; networks that the same clients reach must be apart`] : []),
    ...sizeProblems('primary', primary),
    ...sizeProblems('standby', standby),
    ...certificateProblems('primary', primary),
    ...certificateProblems('standby', standby),
    ...(service.standbyTasks > service.activeTasks ? [`service.standbyTasks: ${service.standbyTasks} is more than activeTasks, expected at most ${service.activeTasks}`] : []),
  ];
}

/** Two subnets of each kind in two zones: /24 for load balancers and data, /22 for tasks. */
const SMALLEST_NETWORK_BITS = 20;

function sizeProblems(side: string, { cidr: block }: WarmStandbyConfig['primary']): string[] {
  return Number(block.split('/')[1]) <= SMALLEST_NETWORK_BITS ? [] : [`${side}.cidr: ${block} is too small for the subnets of two zones, expected /${SMALLEST_NETWORK_BITS} or larger`];
}

function certificateProblems(side: string, { region: place, certificateArn }: WarmStandbyConfig['primary']): string[] {
  return certificateArn.split(':')[3] === place ? [] : [`${side}.certificateArn: ${certificateArn} is in another region, expected one in ${place}`];
}

function domainProblems({ domain: { zoneName, recordName } }: WarmStandbyConfig): string[] {
  if (recordName.endsWith(`.${zoneName}`)) return [];
  return [`domain.recordName: ${JSON.stringify(recordName)} is not in the zone, expected a name that ends with .${zoneName}`];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html#USER_WorkingWithAutomatedBackups.BackupWindow */
const SHORTEST_BACKUP_MINUTES = 30;

function backupProblems({ database: { backupWindow: window } }: WarmStandbyConfig): string[] {
  const [begin = 0, end = 0] = window.split('-').map((time) => time.split(':').reduce((minutes, part) => minutes * 60 + Number(part), 0));
  const minutes = (end - begin + 1440) % 1440;
  return minutes >= SHORTEST_BACKUP_MINUTES ? [] : [`database.backupWindow: ${window} has ${minutes} min, expected at least ${SHORTEST_BACKUP_MINUTES}`];
}

function timeProblems(config: WarmStandbyConfig): string[] {
  const { steps, totalSeconds } = budgetOf(config);
  const allowedSeconds = config.objectives.rtoMinutes * 60;
  if (totalSeconds <= allowedSeconds) return [];
  const sum = Object.entries(steps).map(([step, seconds]) => `${step} ${seconds} s`).join(' + ');
  return [`objectives.rtoMinutes: ${config.objectives.rtoMinutes} min = ${allowedSeconds} s cannot be met: ${sum} = ${totalSeconds} s; expected at least ${Math.ceil(totalSeconds / 60)}, or faster checks, a shorter approval or a smaller TTL`];
}

function lossProblems({ objectives: { rpoSeconds } }: WarmStandbyConfig): string[] {
  if (rpoSeconds >= LEAST_LOSS.seconds) return [];
  return [`objectives.rpoSeconds: ${rpoSeconds} s cannot be met: a region that is cut off may write ${LEAST_LOSS.sum} = ${LEAST_LOSS.seconds} s; expected at least ${LEAST_LOSS.seconds}`];
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a.first <= b.last && b.first <= a.last;
}

function rangeOf(block: string): { readonly first: number; readonly last: number } {
  const [address = '', bits = '32'] = block.split('/');
  const first = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
}
