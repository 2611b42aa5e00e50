import { QueryBinder } from '../bind/bind-query';
import type { Query } from '../sql/ast';
import { bindEnvironment } from './bind-environment';
import { requireWarehouse } from './compute';
import { encodeValue } from './encode-value';
import type { StatementContext } from './statement-context';
import { type RowsResult, STATEMENT_TYPE } from './statement-result';

/** Another session may drop a table between the binding of a query and its run, such as one whose rows INFORMATION_SCHEMA counts. */
const DROPPED_MEANWHILE = /Catalog Error: Table with name \w+ does not exist/;
const MOST_BINDINGS = 5;

/** Runs SELECT. A query of constants needs no warehouse. */
export async function runQuery(query: Query, context: StatementContext, describeOnly: boolean): Promise<RowsResult> {
  for (let binding = 1; ; binding += 1) {
    try {
      return await bindAndRun(query, context, describeOnly);
    } catch (error) {
      if (binding === MOST_BINDINGS || !DROPPED_MEANWHILE.test((error as Error).message)) throw error;
    }
  }
}

async function bindAndRun(query: Query, context: StatementContext, describeOnly: boolean): Promise<RowsResult> {
  const bound = new QueryBinder(bindEnvironment(context)).bind(query);
  const columns = bound.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  const rows: (string | null)[][] = [];
  if (!describeOnly) {
    if (query.body.kind !== 'select' || query.body.from) requireWarehouse(context);
    const footprint = { reads: context.reads, appends: new Set<never>(), changes: new Set<never>() };
    await context.engine.transactions.run(context.session, footprint, async (connection) => {
      rows.length = 0;
      await connection.stream(bound.sql, (chunk) => {
        for (const row of chunk)
          rows.push(row.map((value, index) => encodeValue(value, (columns[index] as (typeof columns)[number]).type)));
      });
    });
  }
  return { kind: 'rows', columns, rows, statementTypeId: STATEMENT_TYPE.select };
}
