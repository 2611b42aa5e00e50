import { QueryBinder } from '../bind/bind-query';
import type { ExpressionBinder } from '../bind/bind-expression';
import { Scope, type ScopeTable } from '../bind/scope';
import type { Table, TableColumn } from '../catalog/objects';
import type { DuckConnection } from '../duck/duck-database';
import { compilationError, SnowflakeError } from '../snowflake-error';
import type { MergeAction, Statement } from '../sql/statement';
import { bindEnvironment } from './bind-environment';
import { givenValue, namedColumns, omittedValues, physicalNames } from './column-values';
import { requireWarehouse } from './compute';
import { targetTable } from './run-change';
import type { StatementContext } from './statement-context';
import { countsRow, type RowsResult, STATEMENT_TYPE } from './statement-result';

const MATCHES = 'temp.main.merge_matches';

/** What one WHEN clause does, as DuckDB text over the matches that fall to it. */
interface Step {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly condition: string;
  /** The first of them answers how many rows were changed. */
  readonly sql: (condition: string) => readonly string[];
}

/**
 * Runs MERGE in steps: every source row is joined to its target row and given the first WHEN clause that applies, a
 * target row that two source rows would change is an error, then each clause does its part. DuckDB's own MERGE would
 * take such duplicates without a word.
 *
 * A row that changes is written anew and its old version deleted, as Snowflake does with its files: DuckDB's UPDATE keeps a
 * copy of each block that it touches, and some changes all over a table would cost as much as the table.
 */
export async function runMerge(statement: Statement & { kind: 'merge' }, context: StatementContext): Promise<RowsResult> {
  requireWarehouse(context);
  const { engine, session } = context;
  const table = mergeTarget(statement, context);
  const env = bindEnvironment(context);
  const queries = new QueryBinder(env);
  const target = targetTable(table, statement.alias, env.uniqueAlias());
  const source = queries.from(statement.source, undefined);
  const [sourceTable] = source.tables as [ScopeTable];
  const matching = queries.expressions(new Scope([target, sourceTable]));
  const unmatched = queries.expressions(new Scope([sourceTable]));
  const on = matching.condition(statement.on);
  // From here on the source's columns come from the table of matches.
  const kept: ScopeTable = { ...sourceTable, physicalAlias: env.uniqueAlias() };
  const actions = { matched: queries.expressions(new Scope([target, kept])), unmatched: queries.expressions(new Scope([kept])) };
  const steps = statement.actions.map((action) =>
    stepFor(action, table, target, kept, action.matched ? matching : unmatched, action.matched ? actions.matched : actions.unmatched),
  );
  const matches = matchesText(table, target, source.sql, sourceTable, on, statement.actions, steps);
  const footprint = { reads: context.reads, appends: new Set<Table>(), changes: new Set([table]) };
  const counts = await engine.transactions.run(session, footprint, (connection) => applyMerge(connection, matches, steps));
  return countsRow(summary(steps, counts), STATEMENT_TYPE.merge);
}

/** Every source row beside the row of the target that it matches, and the number of the WHEN clause that takes it. */
function matchesText(
  table: Table,
  target: ScopeTable,
  source: string,
  sourceTable: ScopeTable,
  on: string,
  actions: readonly MergeAction[],
  steps: readonly Step[],
): string {
  const rid = `${target.physicalAlias}.rowid`;
  const columns = sourceTable.columns.map(({ physical }) => `${sourceTable.physicalAlias}."${physical}"`);
  const clauses = steps.map(
    ({ condition }, index) => `WHEN ${rid} IS ${actions[index]?.matched ? 'NOT ' : ''}NULL AND ${condition} THEN ${index}`,
  );
  const joined = `${source} LEFT JOIN "${table.physical}" AS ${target.physicalAlias} ON ${on}`;
  return `SELECT ${rid} AS rid, ${columns.join(', ')}, CASE ${clauses.join(' ')} END AS act FROM ${joined}`;
}

/** MERGE takes the privileges of what it does; its target is read as well. */
function mergeTarget({ table, actions }: Statement & { kind: 'merge' }, { engine, session }: StatementContext): Table {
  for (const { action } of actions) engine.names.table(session, table, [action.kind.toUpperCase()]);
  return engine.names.table(session, table, ['SELECT']);
}

function stepFor(
  { matched, condition, action }: MergeAction,
  table: Table,
  target: ScopeTable,
  kept: ScopeTable,
  matching: ExpressionBinder,
  binder: ExpressionBinder,
): Step {
  const test = condition ? `(${matching.condition(condition)})` : 'TRUE';
  const joined = `${target.physicalAlias}.rowid = ${kept.physicalAlias}.rid`;
  const remove = (chosen: string) =>
    `DELETE FROM "${table.physical}" AS ${target.physicalAlias} WHERE ${target.physicalAlias}.rowid IN (SELECT ${kept.physicalAlias}.rid FROM ${MATCHES} AS ${kept.physicalAlias} WHERE ${kept.physicalAlias}.${chosen})`;
  switch (action.kind) {
    case 'delete':
      return {
        kind: 'delete',
        condition: test,
        sql: (chosen) => [remove(chosen)],
      };
    case 'update': {
      const set = namedColumns(table, action.sets.map(({ column }) => column));
      const values = table.columns.map((column) => {
        const value = action.sets[set.indexOf(column)]?.value;
        return value === undefined ? `${target.physicalAlias}."${column.physical}"` : givenValue(value, column, binder);
      });
      return {
        kind: 'update',
        condition: test,
        sql: (chosen) => [
          `INSERT INTO "${table.physical}" (${physicalNames(table.columns)}) SELECT ${values.join(', ')} FROM "${table.physical}" AS ${target.physicalAlias} JOIN ${MATCHES} AS ${kept.physicalAlias} ON ${joined} WHERE ${kept.physicalAlias}.${chosen}`,
          remove(chosen),
        ],
      };
    }
    case 'insert': {
      if (matched) throw compilationError('001003', '42000', 'INSERT belongs to WHEN NOT MATCHED.');
      const columns = namedColumns(table, action.columns);
      if (columns.length !== action.values.length)
        throw compilationError(
          '002020',
          '21S01',
          `Insert value list does not match column list expecting ${columns.length} but got ${action.values.length}`,
        );
      const omitted = omittedValues(table, columns, binder);
      const values = [
        ...action.values.map((value, index) => givenValue(value, columns[index] as TableColumn, binder)),
        ...omitted.map(({ sql }) => sql),
      ];
      const names = physicalNames([...columns, ...omitted.map(({ column }) => column)]);
      return {
        kind: 'insert',
        condition: test,
        sql: (chosen) => [
          `INSERT INTO "${table.physical}" (${names}) SELECT ${values.join(', ')} FROM ${MATCHES} AS ${kept.physicalAlias} WHERE ${kept.physicalAlias}.${chosen}`,
        ],
      };
    }
  }
}

async function applyMerge(connection: DuckConnection, matches: string, steps: readonly Step[]): Promise<number[]> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE merge_matches AS SELECT * FROM (${matches}) WHERE act IS NOT NULL`);
  try {
    if (await isAmbiguous(connection, steps)) throw new SnowflakeError('100090', '42P18', 'Duplicate row detected during DML action');
    const counts: number[] = [];
    for (const [index, step] of steps.entries()) {
      const results: number[] = [];
      for (const sql of step.sql(`act = ${index}`)) results.push((await connection.run(sql)).rowsChanged);
      counts.push(results[0] ?? 0);
    }
    return counts;
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${MATCHES}`).catch(() => undefined);
  }
}

/**
 * True when a row is to be updated and another source row wants something of it too. Several deletes of one row are
 * no contradiction (https://docs.snowflake.com/en/sql-reference/sql/merge#nondeterministic-results-for-update-and-delete).
 */
async function isAmbiguous(connection: DuckConnection, steps: readonly Step[]): Promise<boolean> {
  const updates = steps.flatMap(({ kind }, index) => (kind === 'update' ? [index] : []));
  if (updates.length === 0) return false;
  const { rows } = await connection.run(
    `SELECT 1 FROM ${MATCHES} WHERE rid IS NOT NULL GROUP BY rid HAVING count(*) > 1 AND bool_or(act IN (${updates.join(', ')})) LIMIT 1`,
  );
  return rows.length > 0;
}

/** Only the kinds of rows that the statement could have touched appear in its result. */
function summary(steps: readonly Step[], counts: readonly number[]): [string, number][] {
  const total = (kind: Step['kind']) => steps.reduce((sum, step, index) => sum + (step.kind === kind ? (counts[index] ?? 0) : 0), 0);
  const kinds = [
    ['insert', 'inserted'],
    ['update', 'updated'],
    ['delete', 'deleted'],
  ] as const;
  return kinds.filter(([kind]) => steps.some((step) => step.kind === kind)).map(([kind, past]) => [`number of rows ${past}`, total(kind)]);
}
