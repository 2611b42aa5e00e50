import { addMetric } from '../../common/metric';
import { METRIC, SchemaDrifted, TableNotReplicable } from '../contract';
import { checkLoad } from '../postgres/governor';
import { observeActivity, observeSnapshot } from '../postgres/observe';
import { readTable } from '../postgres/read-table';
import { identifySource, type SourceIdentity } from '../postgres/source-identity';
import type { SourceSession } from '../postgres/source-session';
import { CURSOR_TYPES, isOutlived, type Observation } from '../rows/cursor';
import { wholeTable } from '../rows/extraction-sql';
import { decideLoad, DriftRefused, type LoadDecision, type LoadFacts } from '../rows/load-mode';
import { discardedColumns, findDrift, type SchemaDrift } from '../rows/schema-drift';
import { labelOf } from '../rows/source-table';
import { name } from '../rows/snowflake-text';
import type { TargetShape } from '../rows/stored-sql';
import { mapTable, UnmappableTable, type MappedColumn, type TableMapping } from '../rows/table-mapping';
import type { TableSettings } from '../settings';
import type { TableState } from '../state/table-state';
import type { Workplace } from './workplace';

/** What a snapshot of the source shows of a table, with the snapshot still open. */
export interface Look {
  readonly session: SourceSession;
  readonly source: SourceIdentity;
  readonly observed: Observation;
  readonly mapping: TableMapping;
  readonly shape: TargetShape;
  /** By the workplace's clock. */
  readonly takenAtMs: number;
}

const BYTES_PER_MB = 1024 * 1024;

/**
 * Takes a snapshot of the source and reads what the table is in it.
 *
 * What is running is looked at before the snapshot; see `observeActivity`. The source has to have room for all sessions that the snapshot
 * may be read through.
 */
export async function takeLook(work: Workplace, state: TableState | null, readers = 1): Promise<Look> {
  const { table } = work.settings;
  const session = await work.source();
  const { mostSessions, mostActiveSessions, mostReplicaLagMb } = work.limits;
  await checkLoad(session, { mostSessions, mostActiveSessions, mostReplicaLagBytes: mostReplicaLagMb * BYTES_PER_MB }, work.sessionsToOpen(readers));
  const source = await identifySource(session, work.clusterResourceId, labelOf(table));
  const activity = await observeActivity(session, table.cursor.kind === 'column' ? table.cursor.skewSeconds : 0);
  addMetric(work.tableId, METRIC.oldestTransaction, activity.oldestSeconds);
  await session.beginSnapshot();
  const takenAtMs = work.ports.now().getTime();
  const observed = await observeSnapshot(session, activity);
  const mapping = await mapAsConfigured(session, table, state);
  await work.ports.checkpoint('snapshot taken');
  return { session, source, observed, mapping, shape: { name: work.target, mapping, softDelete: table.deletes === 'soft' }, takenAtMs };
}

async function mapAsConfigured(session: SourceSession, table: TableSettings, state: TableState | null): Promise<TableMapping> {
  const found = await readTable(session, table.schema, table.name, table);
  const excluded = discardedColumns(state?.schema ?? null, found, table.drift).map((column) => [column, { exclude: true }] as const);
  try {
    const mapping = mapTable(found, { ...table, columns: { ...table.columns, ...Object.fromEntries(excluded) } });
    checkCursor(mapping, table);
    return mapping;
  } catch (error) {
    if (error instanceof UnmappableTable) throw new TableNotReplicable(labelOf(table), error.problems);
    throw error;
  }
}

/** The cursor must travel as it is, because the last one that came is where the next reading begins. */
function checkCursor(mapping: TableMapping, { cursor, columns }: TableSettings): void {
  if (cursor.kind === 'xmin') return;
  const column = mapping.columns.find(({ source }) => source.name === cursor.column);
  const refuse = (problem: string) => {
    throw new UnmappableTable(mapping.table, [`cursor.column: ${problem}`]);
  };
  if (!column) return refuse(`there is no column ${JSON.stringify(cursor.column)} that is replicated, expected one of ${timestampsOf(mapping).join(', ') || `a timestamp; without one set cursor to {"kind": "xmin"}`}`);
  if (!CURSOR_TYPES.includes(column.source.type.name)) refuse(`${cursor.column} is ${column.source.type.declared}, expected timestamp with time zone or timestamp; for others set cursor to {"kind": "xmin"}`);
  const { as, mask, unrepresentable } = columns[cursor.column] ?? {};
  if (as !== undefined || mask !== undefined || unrepresentable !== undefined) refuse(`${cursor.column} must be replicated as it is: remove what columns.${cursor.column} says of it`);
}

function timestampsOf({ columns }: TableMapping): string[] {
  return columns.filter(({ source }) => CURSOR_TYPES.includes(source.type.name)).map(({ source }) => source.name);
}

/** What a run of a table is going to do, and the drift it found. */
export interface LoadPlan extends LoadDecision {
  readonly drift: SchemaDrift | null;
}

/** Decides how to bring the target up to date. Raises `SchemaDrifted` where the settings forbid what that would take. */
export async function planLoad(work: Workplace, look: Look, state: TableState | null, requested: LoadFacts['requested']): Promise<LoadPlan> {
  const { table } = work.settings;
  const drift = state && findDrift(state.schema, look.mapping);
  try {
    const decision = decideLoad({
      requested,
      configured: table.mode,
      drift,
      policy: table.drift,
      newColumnsHaveValues: drift !== null && drift.added.length > 0 && (await haveValues(look, drift.added)),
      stateUnusable: state && whyUnusable(state, look),
      targetColumns: await targetColumns(work),
      loadedColumns: look.mapping.columns.map(({ target }) => target),
    });
    return { ...decision, drift };
  } catch (error) {
    if (!(error instanceof DriftRefused)) throw error;
    throw new SchemaDrifted(`${labelOf(table)}: ${error.message}; its settings say drift "${table.drift}": change the table back, or set drift to "evolve"`, { drift: error.drift });
  }
}

/** A column added with a default has it in old rows too, which no cursor tells. */
async function haveValues({ session, mapping }: Look, added: readonly MappedColumn[]): Promise<boolean> {
  const { from, where } = wholeTable(mapping, added.map(({ quoted }) => `${quoted} IS NOT NULL`).join(' OR '));
  const { found } = await session.queryOne(`SELECT EXISTS (SELECT 1 FROM ${from} WHERE ${where}) AS found`);
  return found as boolean;
}

/** Why a state cannot be continued from what was found; null when it can. */
export function whyUnusable(state: TableState, { source, observed }: Look): string | null {
  const differs = (['clusterResourceId', 'systemIdentifier', 'databaseOid'] as const).find((field) => state.source[field] !== source[field]);
  if (differs !== undefined) return `the state is of another source: ${differs} was ${state.source[differs]}, is ${source[differs]}`;
  return isOutlived(state.cursor, observed) ? `two thousand million transactions have passed since the last run` : null;
}

async function targetColumns(work: Workplace): Promise<readonly string[] | null> {
  const { target } = work;
  const warehouse = await work.warehouse();
  const rows = await warehouse.rows(`SELECT COLUMN_NAME FROM ${name(target.database)}.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`, [target.schema, target.table]);
  return rows.length === 0 ? null : rows.map(({ COLUMN_NAME }) => COLUMN_NAME ?? '');
}
