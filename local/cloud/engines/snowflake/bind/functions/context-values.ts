import { beyondStandIn } from '../../snowflake-error';
import { quoteString } from '../../sql/quote';
import { describeType, TEXT } from '../../sql/sql-type';
import type { Bound } from '../bound';
import { checkCount, type FunctionDefinition, type FunctionTable, scalar } from './function-definition';

const NAMES = [
  'CURRENT_USER',
  'CURRENT_ROLE',
  'CURRENT_WAREHOUSE',
  'CURRENT_DATABASE',
  'CURRENT_SCHEMA',
  'CURRENT_SESSION',
  'CURRENT_ACCOUNT',
  'CURRENT_REGION',
  'CURRENT_VERSION',
  'CURRENT_TRANSACTION',
  'CURRENT_SECONDARY_ROLES',
];

/** A function whose value the session knows before the statement runs. */
function fromSession(name: string): FunctionDefinition {
  return scalar(0, 0, (_args, { env }) => {
    const value = env.contextValue(name);
    return { sql: value == null ? 'CAST(NULL AS VARCHAR)' : quoteString(value), type: TEXT };
  });
}

/** LAST_QUERY_ID() or LAST_QUERY_ID(-n). */
const lastQueryId: FunctionDefinition = (call, { env }) => {
  checkCount(call, 0, 1);
  const value = env.contextValue(`LAST_QUERY_ID ${call.args[0]?.source ?? '-1'}`);
  if (value === undefined) throw beyondStandIn(call.source);
  return { sql: value === null ? 'CAST(NULL AS VARCHAR)' : quoteString(value), type: TEXT };
};

/** SYSTEM$ABORT_TRANSACTION(id) ends a transaction while the statement is bound, which is before anything else of it is done. */
const abortTransaction: FunctionDefinition = (call, { env }) => {
  checkCount(call, 1, 1);
  const id = /^'?(\d+)'?$/.exec(call.args[0]?.source ?? '')?.[1];
  if (id === undefined) throw beyondStandIn(call.source);
  return { sql: quoteString(env.contextValue(`ABORT_TRANSACTION ${id}`) ?? ''), type: TEXT };
};

/** Functions about the session. */
export const CONTEXT_VALUES: FunctionTable = {
  ...Object.fromEntries(NAMES.map((name) => [name, fromSession(name)])),
  LAST_QUERY_ID: lastQueryId,
  SYSTEM$ABORT_TRANSACTION: abortTransaction,
  UUID_STRING: scalar(0, 0, () => ({ sql: 'CAST(uuid() AS VARCHAR)', type: { kind: 'text', length: 36 } })),
  SYSTEM$TYPEOF: scalar(1, 1, ([value]) => ({ sql: quoteString(describeType((value as Bound).type)), type: TEXT })),
};
