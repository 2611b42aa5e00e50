import { InvalidInput } from '../../../lambda/common/errors';
import { LONGEST_RETENTION_DAYS } from '../../../lambda/redshift-backup/contract';
import { NODE_HOUR, PRICES, UNIQUE_BLOCK_BILLING, type WarehouseFamily } from './prices';

/** What the cost of backups depends on. */
export interface CostQuestion {
  readonly sizeGb: number;
  /** Share of the blocks that a day's work replaces, in percent. */
  readonly changePercentADay: number;
  readonly family: WarehouseFamily;
  /** Day of the bill, YYYY-MM-DD: billing rules have dates. */
  readonly date: string;
  readonly backupsADay: number;
  /** How many snapshots the retention holds at a time. */
  readonly snapshotsHeld: number;
  /** Age of the oldest snapshot held. */
  readonly oldestDays: number;
  /** Copies that the target account owns; absent when there are none. */
  readonly ownedCopies?: OwnedCopyQuestion;
  /** Snapshots that also go to another region, where they are kept for days of their own; absent when none do. */
  readonly regionCopies?: RegionCopyQuestion;
}

export interface RegionCopyQuestion {
  readonly held: number;
  readonly oldestDays: number;
}

export interface OwnedCopyQuestion {
  readonly aMonth: number;
  readonly held: number;
  readonly nodeType: string;
  readonly nodes: number;
  readonly hoursEach: number;
}

export interface CostLine {
  readonly what: string;
  readonly usdAMonth: number;
  /** How the amount comes about, for who wants to check it. */
  readonly how: string;
}

/** The guide's three approaches, and the owned copy that none of them makes. */
export type Approach = 'operator commands' | 'automation' | 'AWS Backup' | 'automation with owned copies';

export interface ApproachCost {
  readonly approach: Approach;
  readonly lines: readonly CostLine[];
  readonly usdAMonth: number;
}

/** How many GB of manual snapshots are billed, both ways, and which of them counts for the warehouse on the day. */
export interface BilledStorage {
  readonly totalSizeGb: number;
  readonly uniqueBlocksGb: number;
  readonly rule: 'total size' | 'unique blocks';
  readonly billedGb: number;
}

const DAYS_A_MONTH = 365 / 12;
/** Two manifests, polling a snapshot for half an hour, sharing, retention: counted in a rehearsal and rounded up. */
const TRANSITIONS_A_BACKUP = 150;
const INVOCATIONS_A_BACKUP = 60;
const SECONDS_AN_INVOCATION = 1.5;
const FUNCTION_GB = 0.25;
/** Of both accounts; the governance has more, where it is switched on. */
const ALARMS = 21;
const DASHBOARDS = 2;
const KEYS = 4;

/** Computes what each approach costs a month. Refuses a question that makes no sense, naming the field. */
export function costOf(question: CostQuestion): readonly ApproachCost[] {
  checkQuestion(question);
  const storage = storageLine(question, 'Snapshots');
  const region = question.regionCopies ? crossRegionLines(question, question.regionCopies) : [];
  const running = automationLines(question);
  return [
    approach('operator commands', [storage, ...region]),
    approach('automation', [storage, ...region, ...running]),
    approach('AWS Backup', [{ ...storage, how: `${storage.how}; AWS Backup does not fully manage Redshift, so Redshift bills the storage at its own rate` }]),
    ...(question.ownedCopies ? [approach('automation with owned copies', [storage, ...region, ...running, ...ownedCopyLines(question, question.ownedCopies)])] : []),
  ];
}

/** How much storage is billed for the snapshots held. Blocks that changed between two snapshots are new in the later one. */
export function billedStorage({ sizeGb, changePercentADay, snapshotsHeld, oldestDays, family, date }: CostQuestion): BilledStorage {
  const totalSizeGb = sizeGb * snapshotsHeld;
  const intervals = Math.max(0, snapshotsHeld - 1);
  const changedEachGb = intervals === 0 ? 0 : Math.min(sizeGb, (sizeGb * (changePercentADay / 100) * oldestDays) / intervals);
  const uniqueBlocksGb = snapshotsHeld === 0 ? 0 : sizeGb + changedEachGb * intervals;
  const unique = date >= UNIQUE_BLOCK_BILLING.since && UNIQUE_BLOCK_BILLING.families.includes(family);
  return { totalSizeGb, uniqueBlocksGb, rule: unique ? 'unique blocks' : 'total size', billedGb: unique ? uniqueBlocksGb : totalSizeGb };
}

function storageLine(question: CostQuestion, what: string): CostLine {
  const { billedGb, rule } = billedStorage(question);
  return { what, usdAMonth: billedGb * PRICES.snapshotStorage.usd, how: `${billedGb.toFixed(0)} GB by ${rule} x $${PRICES.snapshotStorage.usd}` };
}

function crossRegionLines(question: CostQuestion, { held, oldestDays }: RegionCopyQuestion): readonly CostLine[] {
  const movedGb = question.sizeGb * (question.changePercentADay / 100) * DAYS_A_MONTH;
  return [
    storageLine({ ...question, snapshotsHeld: held, oldestDays }, 'Snapshots in the other region'),
    { what: 'Transfer to the other region', usdAMonth: movedGb * PRICES.crossRegionTransfer.usd, how: `${movedGb.toFixed(0)} GB changed a month x $${PRICES.crossRegionTransfer.usd}` },
  ];
}

function automationLines({ backupsADay }: CostQuestion): readonly CostLine[] {
  const runs = backupsADay * DAYS_A_MONTH;
  const transitions = (runs * TRANSITIONS_A_BACKUP * PRICES.stateTransitions.usd) / 1000;
  const invocations = runs * INVOCATIONS_A_BACKUP;
  const lambda = invocations * (SECONDS_AN_INVOCATION * FUNCTION_GB * PRICES.lambdaGbSecond.usd + PRICES.lambdaRequests.usd / 1e6);
  const fixed = ALARMS * PRICES.alarm.usd + DASHBOARDS * PRICES.dashboard.usd + KEYS * PRICES.key.usd;
  return [
    { what: 'State machine', usdAMonth: transitions, how: `${runs.toFixed(0)} runs x ${TRANSITIONS_A_BACKUP} transitions` },
    { what: 'Functions', usdAMonth: lambda, how: `${invocations.toFixed(0)} invocations of ${SECONDS_AN_INVOCATION} s at ${FUNCTION_GB} GB` },
    { what: 'Alarms, dashboard, keys', usdAMonth: fixed, how: `${ALARMS} alarms, ${DASHBOARDS} dashboards, ${KEYS} keys` },
  ];
}

/** Each owned copy is a snapshot of a cluster of its own, under another key: it shares no block with the others. */
function ownedCopyLines({ sizeGb }: CostQuestion, { aMonth, held, nodeType, nodes, hoursEach }: OwnedCopyQuestion): readonly CostLine[] {
  const hour = nodePrice(nodeType);
  return [
    { what: 'Clusters that are restored and proven', usdAMonth: aMonth * hoursEach * nodes * hour, how: `${aMonth.toFixed(1)} x ${hoursEach} h x ${nodes} ${nodeType} x $${hour}` },
    { what: 'Owned copies', usdAMonth: held * sizeGb * PRICES.snapshotStorage.usd, how: `${held} x ${sizeGb} GB x $${PRICES.snapshotStorage.usd}` },
  ];
}

function nodePrice(nodeType: string): number {
  const price = NODE_HOUR[nodeType];
  if (!price) throw new InvalidInput('cost', [`ownedCopies.nodeType: ${JSON.stringify(nodeType)} is not allowed, expected one of ${Object.keys(NODE_HOUR).join(', ')}`]);
  return price.usd;
}

function checkQuestion(question: CostQuestion): void {
  const limits = { sizeGb: [1, 16e6], changePercentADay: [0, 100], backupsADay: [0, 24], snapshotsHeld: [0, 10_000], oldestDays: [0, LONGEST_RETENTION_DAYS] } as const;
  const problems = Object.entries(limits).flatMap(([field, [low, high]]) => {
    const value = question[field as keyof typeof limits];
    return value >= low && value <= high ? [] : [`${field}: ${value} is not allowed, expected ${low} to ${high}`];
  });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(question.date)) problems.push(`date: ${JSON.stringify(question.date)} is not allowed, expected YYYY-MM-DD`);
  if (problems.length > 0) throw new InvalidInput('cost', problems);
}

function approach(name: Approach, lines: readonly CostLine[]): ApproachCost {
  return { approach: name, lines, usdAMonth: lines.reduce((sum, { usdAMonth }) => sum + usdAMonth, 0) };
}
