import { compilationError, insufficientPrivileges, missingObject } from '../snowflake-error';
import { optionText } from '../sql/parse-options';
import type { Statement } from '../sql/statement';
import type { Identifier } from '../sql/token-cursor';
import { setUserOptions, setWarehouseOptions, unsetUserOptions } from './run-definitions';
import type { StatementContext } from './statement-context';
import { type RowsResult, STATEMENT_TYPE, statusRow } from './statement-result';

const DONE = () => statusRow('Statement executed successfully.', STATEMENT_TYPE.other);

/** USE: what the session works with from now on. */
export async function runUse({ what, name }: Statement & { kind: 'use' }, { engine, session }: StatementContext): Promise<RowsResult> {
  const last = (name.at(-1) as Identifier).name;
  switch (what) {
    case 'role':
      if (!engine.catalog.roles.has(last)) throw missingObject('Role', last);
      if (!engine.catalog.rolesWithin(session.user.roles).has(last))
        throw compilationError(
          '003013',
          '42501',
          `Requested role '${last}' is not assigned to the executing user. Specify another role to activate.`,
        );
      session.role = last;
      break;
    case 'secondary roles':
      session.secondaryRoles = last === 'ALL' ? 'ALL' : 'NONE';
      break;
    case 'warehouse':
      session.warehouse = engine.names.warehouse(session, last).name;
      break;
    case 'database':
      session.database = engine.names.database(session, last).name;
      session.schema = 'PUBLIC';
      break;
    case 'schema': {
      const schema = engine.names.schema(session, name);
      [session.database, session.schema] = [schema.database.name, schema.name];
    }
  }
  return DONE();
}

export async function runAlterSession(
  { set, unset }: Statement & { kind: 'alterSession' },
  { session }: StatementContext,
): Promise<RowsResult> {
  for (const [name, value] of set) session.setParameter(name, optionText(value));
  for (const name of unset) session.unsetParameter(name);
  return DONE();
}

export async function runTransaction(
  statement: Statement & { kind: 'transaction' },
  { engine, session, queryId }: StatementContext,
): Promise<RowsResult> {
  if (statement.action === 'begin') engine.transactions.begin(session, statement.name?.name ?? queryId, engine.now());
  else await engine.transactions[statement.action](session);
  return DONE();
}

export async function runAlterWarehouse(
  { name, action }: Statement & { kind: 'alterWarehouse' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const warehouse = engine.names.warehouse(session, name.name);
  engine.access.require(session, warehouse, typeof action === 'string' ? 'OPERATE' : 'MODIFY');
  if (typeof action === 'object') setWarehouseOptions(warehouse, action.set);
  else warehouse.state = action === 'suspend' ? 'SUSPENDED' : 'STARTED';
  return DONE();
}

/** ALTER USER: for oneself the keys only, for others with the right to create users. */
export async function runAlterUser(
  { name, set, unset }: Statement & { kind: 'alterUser' },
  { engine, session }: StatementContext,
): Promise<RowsResult> {
  const user = engine.catalog.user(name.name);
  const names = [...set.keys(), ...unset];
  const ownKeys = user === session.user && names.every((option) => option.startsWith('RSA_PUBLIC_KEY'));
  if (!ownKeys && !engine.access.may(session, engine.catalog.account, 'CREATE USER')) throw insufficientPrivileges('user', user.name);
  setUserOptions(user, set);
  unsetUserOptions(user, unset);
  return DONE();
}
