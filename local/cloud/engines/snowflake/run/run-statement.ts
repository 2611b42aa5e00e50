import { compilationError } from '../snowflake-error';
import { parseStatement } from '../sql/parse-statement';
import type { Statement } from '../sql/statement';
import { runAlterTable } from './run-alter-table';
import { runDelete, runTruncate, runUpdate } from './run-change';
import { runCopy } from './run-copy';
import { runCreateTable } from './run-create-table';
import { runCreateFileFormat, runCreateNamespace, runCreatePrincipal, runCreateStage, runDrop } from './run-definitions';
import { runDescribe } from './run-describe';
import { runFiles, runTransfer } from './run-files';
import { runGrant } from './run-grants';
import { runInsert } from './run-insert';
import { runMerge } from './run-merge';
import { runQuery } from './run-query';
import { runAlterSession, runAlterUser, runAlterWarehouse, runTransaction, runUse } from './run-session';
import { runShow } from './run-show';
import { runShowGrants } from './run-show-grants';
import type { StatementContext } from './statement-context';
import type { StatementResult } from './statement-result';

/** Statements that commit an open transaction before they run (https://docs.snowflake.com/en/sql-reference/transactions). */
const COMMITTING: readonly Statement['kind'][] = [
  'createTable',
  'createNamespace',
  'createStage',
  'createFileFormat',
  'createPrincipal',
  'drop',
  'alterTable',
  'alterWarehouse',
  'alterUser',
  'grant',
  'revoke',
];

/** https://docs.snowflake.com/en/user-guide/query-size-limits; the code is not documented. */
const LONGEST_STATEMENT_BYTES = 1_048_576;

/** Parses and runs one statement. */
export async function runStatement(context: StatementContext, describeOnly: boolean): Promise<StatementResult> {
  const bytes = Buffer.byteLength(context.sqlText);
  if (bytes > LONGEST_STATEMENT_BYTES) throw compilationError('000900', '42000', `the statement has ${bytes} bytes, the maximum is ${LONGEST_STATEMENT_BYTES}`);
  const { statement } = parseStatement(context.sqlText);
  if (statement.kind !== 'alterSession') context.session.checkParameters();
  if (COMMITTING.includes(statement.kind) && !isBindStage(statement)) await context.engine.transactions.commit(context.session);
  return dispatch(statement, context, describeOnly);
}

/** The stage that the driver makes for its array binds, which must not end the caller's transaction. */
function isBindStage(statement: Statement): boolean {
  return statement.kind === 'createStage' && statement.temporary && statement.name.at(-1)?.name === 'SYSTEM$BIND';
}

function dispatch(statement: Statement, context: StatementContext, describeOnly: boolean): Promise<StatementResult> {
  switch (statement.kind) {
    case 'query':
      return runQuery(statement.query, context, describeOnly);
    case 'insert':
      return runInsert(statement, context);
    case 'update':
      return runUpdate(statement, context);
    case 'delete':
      return runDelete(statement, context);
    case 'merge':
      return runMerge(statement, context);
    case 'truncate':
      return runTruncate(statement, context);
    case 'copyInto':
      return runCopy(statement, context);
    case 'transaction':
      return runTransaction(statement, context);
    case 'use':
      return runUse(statement, context);
    case 'alterSession':
      return runAlterSession(statement, context);
    case 'createTable':
      return runCreateTable(statement, context);
    case 'createNamespace':
      return runCreateNamespace(statement, context);
    case 'createStage':
      return runCreateStage(statement, context);
    case 'createFileFormat':
      return runCreateFileFormat(statement, context);
    case 'createPrincipal':
      return runCreatePrincipal(statement, context);
    case 'drop':
      return runDrop(statement, context);
    case 'alterTable':
      return runAlterTable(statement, context);
    case 'alterWarehouse':
      return runAlterWarehouse(statement, context);
    case 'alterUser':
      return runAlterUser(statement, context);
    case 'grant':
    case 'revoke':
      return runGrant(statement, context);
    case 'show':
      return runShow(statement, context);
    case 'showGrants':
      return runShowGrants(statement, context);
    case 'describe':
      return runDescribe(statement, context);
    case 'putFile':
      return runTransfer(statement, context);
    case 'files':
      return runFiles(statement, context);
  }
}
