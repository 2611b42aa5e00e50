import * as z from 'zod/mini';
import { parseInput } from '../../common/parse-input';
import { StateMoved } from '../contract';
import type { Observation } from '../rows/cursor';
import type { WarehouseSession } from '../snowflake/warehouse-session';
import { PART_TABLE, type ControlStore } from './control-store';

const nullableKey = z.nullable(z.array(z.string()));
const planSchema = z.object({
  operationId: z.string(),
  batch: z.number(),
  /** Fingerprint of the columns; a share that finds others is of no use. */
  schema: z.string(),
  reasons: z.array(z.string()),
  /** What was running when the load was planned: from there on changes are read afterwards. */
  observed: z.object({ floor: z.nullable(z.string()), xmin: z.string(), nextXid: z.string() }),
  partitions: z.number(),
});
const shareSchema = z.object({
  ranges: z.array(z.object({ after: nullableKey, through: nullableKey })),
  /** How many of the ranges are on the stage. */
  done: z.number(),
  /** Files on the stage, with their directories. */
  files: z.array(z.object({ name: z.string(), rows: z.number() })),
  rows: z.number(),
  bytes: z.number(),
  /** Rows too long for Snowflake, which are kept aside. */
  misfits: z.number(),
  /** Of the rows so far; null without proof. */
  digest: z.nullable(z.string()),
});

/** A load that several functions do together, as it was planned. */
export interface SpreadPlan extends z.output<typeof planSchema> {
  readonly observed: Observation;
}

/** One function's share of it, and how far that is. */
export type Share = z.output<typeof shareSchema>;

const PLAN = -1;

/** Keeps plans of loads in Snowflake, where they may be longer than what state machines hand on. */
export class SpreadPlans {
  constructor(private readonly control: ControlStore) {}

  async write(session: Pick<WarehouseSession, 'execute'>, loadId: string, plan: SpreadPlan, shares: readonly Share[]): Promise<void> {
    const rows = [[PLAN, plan] as const, ...shares.map((share, index) => [index, share] as const)];
    // One by one and as values, because the ranges of a large table are more than a statement may be long.
    for (const [part, content] of rows) {
      await session.execute(`INSERT INTO ${this.control.table(PART_TABLE)} (LOAD_ID, PART, STEP, MANIFEST) SELECT ?, ?, 0, ?`, [loadId, part, JSON.stringify(content)]);
    }
  }

  async plan(session: Pick<WarehouseSession, 'rows'>, loadId: string): Promise<SpreadPlan> {
    return parseInput(planSchema, JSON.parse(await this.manifest(session, loadId, PLAN)), `plan of load ${loadId}`);
  }

  async share(session: Pick<WarehouseSession, 'rows'>, loadId: string, index: number): Promise<Share> {
    return parseInput(shareSchema, JSON.parse(await this.manifest(session, loadId, index)), `share ${index} of load ${loadId}`);
  }

  async shares(session: Pick<WarehouseSession, 'rows'>, loadId: string): Promise<readonly Share[]> {
    const rows = await session.rows(`SELECT MANIFEST FROM ${this.control.table(PART_TABLE)} WHERE LOAD_ID = ? AND PART >= 0 ORDER BY PART`, [loadId]);
    return rows.map(({ MANIFEST }) => parseInput(shareSchema, JSON.parse(MANIFEST ?? ''), `a share of load ${loadId}`));
  }

  /** Notes how far a share is. Raises `StateMoved` when another attempt at it has noted something since. */
  async advance(session: Pick<WarehouseSession, 'execute'>, loadId: string, index: number, before: Share, after: Share): Promise<void> {
    const { changed } = await session.execute(`UPDATE ${this.control.table(PART_TABLE)} SET STEP = ?, MANIFEST = ? WHERE LOAD_ID = ? AND PART = ? AND STEP = ?`, [after.done, JSON.stringify(after), loadId, index, before.done]);
    if (changed !== 1) throw new StateMoved(`share ${index} of load ${loadId} was moved on by another attempt`, { loadId, index });
  }

  private async manifest(session: Pick<WarehouseSession, 'rows'>, loadId: string, part: number): Promise<string> {
    const [row] = await session.rows(`SELECT MANIFEST FROM ${this.control.table(PART_TABLE)} WHERE LOAD_ID = ? AND PART = ?`, [loadId, part]);
    if (!row?.['MANIFEST']) throw new Error(`load ${loadId} has no part ${part}: it was committed, or given up`);
    return row['MANIFEST'];
  }
}
