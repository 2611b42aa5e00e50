import type { Permission } from '../cloud/gateway/iam/permission';
import type { PermissionLedger } from '../cloud/gateway/iam/permission-ledger';

/** How many permissions the roles of a system hold, and which of them nobody needed. */
export interface PermissionSummary {
  readonly granted: number;
  readonly used: number;
  /** `<role>: <action>`. */
  readonly unused: readonly string[];
  /** Used, but never when nothing else would have allowed the same: taken away, nobody would notice. */
  readonly redundant: readonly string[];
  /** The actions that each role used. */
  readonly usedBy: Readonly<Record<string, readonly string[]>>;
}

/** An action that no rehearsal can use, and why a role must hold it all the same. */
export interface UnrehearsedAction {
  /** With `*` at the end for all that begin so. */
  readonly action: string;
  /** Only for roles whose names contain this. */
  readonly role: string;
  readonly because: string;
}

export interface PermissionRules {
  /** What a role is, without the name of the instance that it was deployed for. */
  readonly kindOf: (roleName: string) => string;
  readonly unrehearsed: readonly UnrehearsedAction[];
}

/**
 * Sums up which permissions of roles were used.
 *
 * Roles of one kind are the same construct deployed for several instances, so what another of them used none holds in vain.
 */
export function summarizePermissions(ledger: PermissionLedger, { kindOf, unrehearsed }: PermissionRules): PermissionSummary {
  const uses = ledger
    .holders()
    .filter((holder) => holder.includes(':role/'))
    .map((holder) => ({ role: holder.split('/').pop() ?? holder, ...ledger.useOf(holder) }));
  const isUsedByAnother = (role: string, action: string) =>
    uses.some((other) => other.role !== role && kindOf(other.role) === kindOf(role) && other.used.some((permission) => permission.action === action));
  const isExcused = (role: string, action: string) => unrehearsed.some((excuse) => role.includes(excuse.role) && covers(excuse.action, action));
  const unused = uses.flatMap(({ role, unused: needless }) => needless.filter(({ action }) => !isUsedByAnother(role, action) && !isExcused(role, action)).map((permission) => inWords(role, permission)));
  const redundant = uses.flatMap(({ role, used, necessary }) => used.filter((permission) => !necessary.includes(permission)).map((permission) => inWords(role, permission)));
  const granted = uses.reduce((sum, { used, unused: needless }) => sum + used.length + needless.length, 0);
  const usedBy = Object.fromEntries(uses.map(({ role, used }) => [role, [...new Set(used.map(({ action }) => action))].sort()]));
  return { granted, used: granted - unused.length, unused, redundant, usedBy };
}

function inWords(role: string, { action, statement, policyName }: Permission): string {
  return `${role}: ${action} (statement ${statement + 1} of ${policyName})`;
}

function covers(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}
