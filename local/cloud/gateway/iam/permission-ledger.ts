import type { Decision } from './decision';
import { permissionId, permissionsOf, type Permission } from './permission';
import type { Policy } from './policy';

/** What became of the permissions of one role, user or resource. */
export interface PermissionUse {
  readonly used: readonly Permission[];
  readonly unused: readonly Permission[];
  /** Used at least once when nothing else would have allowed the request. A subset of `used`. */
  readonly necessary: readonly Permission[];
}

/** A permission and what became of it, as plain data. */
export interface PermissionAccount {
  readonly permission: Permission;
  readonly used: boolean;
  /** Used at least once when nothing else would have allowed the request. */
  readonly necessary: boolean;
}

interface Entry extends PermissionAccount {
  used: boolean;
  necessary: boolean;
}

/** Keeps account of which granted permissions were used, by whom they are held. */
export class PermissionLedger {
  private readonly entries = new Map<string, Entry>();

  /** Enters the permissions of policies as granted and not yet used. Those already known keep their account. */
  declare(policies: readonly Policy[]): void {
    for (const permission of permissionsOf(policies)) this.entryOf(permission);
  }

  /** Takes note of a decision; a permission that was not declared, such as a grant of KMS, is entered now. */
  record(decision: Decision): void {
    if (!decision.allowed) return;
    for (const { necessary, ...permission } of decision.by) {
      const entry = this.entryOf(permission);
      entry.used = true;
      entry.necessary ||= necessary;
    }
  }

  /** Enters what another ledger knows of the same or of other permissions. */
  add(accounts: readonly PermissionAccount[]): void {
    for (const { permission, used, necessary } of accounts) {
      const entry = this.entryOf(permission);
      entry.used ||= used;
      entry.necessary ||= necessary;
    }
  }

  accounts(): readonly PermissionAccount[] {
    return [...this.entries.values()];
  }

  holders(): readonly string[] {
    return [...new Set([...this.entries.values()].map(({ permission }) => permission.holder))];
  }

  useOf(holder: string): PermissionUse {
    const held = [...this.entries.values()].filter(({ permission }) => permission.holder === holder);
    const those = (which: (entry: Entry) => boolean) => held.filter(which).map(({ permission }) => permission);
    return { used: those(({ used }) => used), unused: those(({ used }) => !used), necessary: those(({ necessary }) => necessary) };
  }

  private entryOf(permission: Permission): Entry {
    const id = permissionId(permission);
    const entry = this.entries.get(id) ?? { permission, used: false, necessary: false };
    this.entries.set(id, entry);
    return entry;
  }
}
