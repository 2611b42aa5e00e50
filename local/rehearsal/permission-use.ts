import type { PermissionLedger } from '../cloud/gateway/iam/permission-ledger';

/** How many permissions the roles of a system hold, and which of them nobody needed. */
export interface PermissionSummary {
  readonly granted: number;
  readonly used: number;
  /** `<role>: <action>`. */
  readonly unused: readonly string[];
}

/**
 * Sums up which permissions of roles were used.
 *
 * Roles of one kind are the same construct deployed for several instances, so what one of them used none holds in vain.
 */
export function summarizePermissions(ledger: PermissionLedger, kindOf: (roleName: string) => string): PermissionSummary {
  const uses = ledger
    .holders()
    .filter((holder) => holder.includes(':role/'))
    .map((holder) => ({ role: holder.split('/').pop() ?? holder, ...ledger.useOf(holder) }));
  const usedByKind = new Set(uses.flatMap(({ role, used }) => used.map(({ action }) => `${kindOf(role)} ${action}`)));
  const needless = uses.flatMap(({ role, unused }) => unused.filter(({ action }) => !usedByKind.has(`${kindOf(role)} ${action}`)).map(({ action }) => `${role}: ${action}`));
  const granted = uses.reduce((sum, { used, unused }) => sum + used.length + unused.length, 0);
  return { granted, used: granted - needless.length, unused: [...new Set(needless)] };
}
