import { QueryBinder } from '../bind/bind-query';
import { Scope, type ScopeTable } from '../bind/scope';
import type { Table } from '../catalog/objects';
import { beyondStandIn } from '../snowflake-error';
import type { Statement } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';
import { bindEnvironment, tableSource } from './bind-environment';
import { columnNamed, givenValue } from './column-values';
import { requireWarehouse } from './compute';
import type { StatementContext } from './statement-context';
import { countsRow, type RowsResult, statusRow, STATEMENT_TYPE } from './statement-result';

/** The target of an UPDATE, DELETE or MERGE in a scope. */
export function targetTable(table: Table, alias: Identifier | undefined, physicalAlias: string): ScopeTable {
  const { columns, path } = tableSource(table);
  return { path: alias ? [alias.name] : path, physicalAlias, columns };
}

/** Runs UPDATE. A row that would be updated from two rows of FROM is refused, because Snowflake picks one of them at will. */
export async function runUpdate(statement: Statement & { kind: 'update' }, context: StatementContext): Promise<RowsResult> {
  requireWarehouse(context);
  const { engine, session } = context;
  const table = engine.names.table(session, statement.table, ['UPDATE']);
  const env = bindEnvironment(context);
  const queries = new QueryBinder(env);
  const target = targetTable(table, statement.alias, env.uniqueAlias());
  const from = statement.from && queries.from(statement.from, undefined);
  const binder = queries.expressions(new Scope([target, ...(from?.tables ?? [])]));
  const sets = statement.sets.map(({ column, value }) => {
    const found = columnNamed(table, column);
    return `"${found.physical}" = ${givenValue(value, found, binder)}`;
  });
  const where = statement.where ? ` WHERE ${binder.condition(statement.where)}` : '';
  const update = `UPDATE "${table.physical}" AS ${target.physicalAlias} SET ${sets.join(', ')}${from ? ` FROM ${from.sql}` : ''}${where}`;
  const count = await change(context, table, async (run) => {
    if (from) {
      const pairs = `"${table.physical}" AS ${target.physicalAlias} CROSS JOIN ${from.sql}${where}`;
      if ((await run(`SELECT 1 FROM ${pairs} GROUP BY ${target.physicalAlias}.rowid HAVING count(*) > 1 LIMIT 1`)).rows.length > 0)
        throw beyondStandIn('UPDATE of one row from several');
    }
    return (await run(update)).rowsChanged;
  });
  return countsRow(
    [
      ['number of rows updated', count],
      ['number of multi-joined rows updated', 0],
    ],
    STATEMENT_TYPE.update,
  );
}

export async function runDelete(statement: Statement & { kind: 'delete' }, context: StatementContext): Promise<RowsResult> {
  requireWarehouse(context);
  const { engine, session } = context;
  const table = engine.names.table(session, statement.table, ['DELETE']);
  const env = bindEnvironment(context);
  const queries = new QueryBinder(env);
  const target = targetTable(table, statement.alias, env.uniqueAlias());
  const using = statement.using && queries.from(statement.using, undefined);
  const binder = queries.expressions(new Scope([target, ...(using?.tables ?? [])]));
  const where = statement.where ? ` WHERE ${binder.condition(statement.where)}` : '';
  const sql = `DELETE FROM "${table.physical}" AS ${target.physicalAlias}${using ? ` USING ${using.sql}` : ''}${where}`;
  const count = await change(context, table, async (run) => (await run(sql)).rowsChanged);
  return countsRow([['number of rows deleted', count]], STATEMENT_TYPE.delete);
}

/** Runs TRUNCATE, which forgets the load history too. Whether it may be rolled back was not verified, so a transaction refuses it. */
export async function runTruncate(
  { table: name, ifExists }: Statement & { kind: 'truncate' },
  context: StatementContext,
): Promise<RowsResult> {
  const { engine, session } = context;
  if (session.transaction) throw beyondStandIn('TRUNCATE inside a transaction');
  if (ifExists && !engine.names.findTable(session, name)) return statusRow('Statement executed successfully.');
  const table = engine.names.table(session, name, ['TRUNCATE']);
  await change(context, table, async (run) => (await run(`DELETE FROM "${table.physical}"`)).rowsChanged);
  table.loads.clear();
  return statusRow('Statement executed successfully.');
}

type Run = (sql: string) => Promise<{ readonly rows: readonly unknown[]; readonly rowsChanged: number }>;

function change(context: StatementContext, table: Table, work: (run: Run) => Promise<number>): Promise<number> {
  const footprint = { reads: context.reads, appends: new Set<Table>(), changes: new Set([table]) };
  return context.engine.transactions.run(context.session, footprint, (connection) => work((sql) => connection.run(sql)));
}
