import { SnowflakeError } from '../snowflake-error';
import type { StatementContext } from './statement-context';

/** Statements that touch rows need a warehouse that runs; a suspended one resumes by itself when it may. */
export function requireWarehouse({ engine, session }: StatementContext): void {
  if (session.unrestricted) return;
  const warehouse = session.warehouse === undefined ? undefined : engine.catalog.warehouses.get(session.warehouse);
  const usable = warehouse && engine.access.may(session, warehouse, 'USAGE', 'OPERATE');
  if (!warehouse || !usable || (warehouse.state === 'SUSPENDED' && !warehouse.autoResume)) {
    throw new SnowflakeError(
      '000606',
      '57P03',
      `No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.`,
    );
  }
  warehouse.state = 'STARTED';
}

/** The statement timeout in force: the lower of the session's and the warehouse's, where 0 means none. */
export function statementTimeoutSeconds({ engine, session }: StatementContext): number {
  const own = Number(session.parameter('STATEMENT_TIMEOUT_IN_SECONDS'));
  const warehouse = engine.catalog.warehouses.get(session.warehouse ?? '')?.statementTimeoutSeconds ?? 0;
  const limits = [own, warehouse].filter((limit) => limit > 0);
  return limits.length === 0 ? 0 : Math.min(...limits);
}
