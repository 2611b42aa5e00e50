import { QueryBinder } from '../bind/bind-query';
import type { Query } from '../sql/ast';
import { bindEnvironment } from './bind-environment';
import { requireWarehouse } from './compute';
import { encodeValue } from './encode-value';
import type { StatementContext } from './statement-context';
import { type RowsResult, STATEMENT_TYPE } from './statement-result';

/** Runs SELECT. A query of constants needs no warehouse. */
export async function runQuery(query: Query, context: StatementContext, describeOnly: boolean): Promise<RowsResult> {
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
