import { beyondStandIn, invalidValue } from '../snowflake-error';
import { number, TEXT } from '../sql/sql-type';
import { inspect } from './copy-load';
import type { CopyPlan } from './copy-plan';
import type { StatementContext } from './statement-context';
import { type RowsResult, STATEMENT_TYPE } from './statement-result';

const TEXTS = ['ERROR', 'FILE'];
const PLACES = ['LINE', 'CHARACTER', 'BYTE_OFFSET'];

/** Runs COPY with VALIDATION_MODE = RETURN_ERRORS: nothing is loaded, every record that would fail is a row. */
export async function validateFiles(plan: CopyPlan, mode: string, context: StatementContext): Promise<RowsResult> {
  const word = mode.toUpperCase();
  if (/^RETURN_\d+_ROWS$/.test(word)) throw beyondStandIn(`VALIDATION_MODE = ${word}`);
  if (word !== 'RETURN_ERRORS' && word !== 'RETURN_ALL_ERRORS')
    throw invalidValue('VALIDATION_MODE', mode, 'RETURN_ERRORS, RETURN_ALL_ERRORS');
  const findings = await inspect(plan, context, false);
  const rows = findings.flatMap(({ errors }, index) =>
    errors.map(({ message, row, code, sqlState, column }) => [
      message,
      plan.files[index]?.path ?? null,
      String(row),
      '1',
      null,
      'conversion',
      code,
      sqlState,
      column,
      String(row),
    ]),
  );
  const columns = [
    ...TEXTS.map((name) => ({ name, type: TEXT, nullable: true })),
    ...PLACES.map((name) => ({ name, type: number(), nullable: true })),
    { name: 'CATEGORY', type: TEXT, nullable: true },
    { name: 'CODE', type: number(), nullable: true },
    { name: 'SQL_STATE', type: TEXT, nullable: true },
    { name: 'COLUMN_NAME', type: TEXT, nullable: true },
    { name: 'ROW_NUMBER', type: number(), nullable: true },
  ];
  return { kind: 'rows', columns, rows, statementTypeId: STATEMENT_TYPE.copy };
}
