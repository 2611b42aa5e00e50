import { insufficientPrivileges } from '../snowflake-error';
import type { Catalog } from './catalog';
import type { Grant, Securable } from './objects';
import type { Session } from './session';

/** Decides what a session's roles may do. Owning an object includes every privilege on it. */
export class Access {
  constructor(private readonly catalog: Catalog) {}

  /** The primary role with all it inherits, and with secondary roles on, every role of the user. */
  activeRoles(session: Session): ReadonlySet<string> {
    if (session.unrestricted) return new Set(this.catalog.roles.keys());
    const names = session.secondaryRoles === 'ALL' ? [session.role, ...session.user.roles] : [session.role];
    return this.catalog.rolesWithin(names);
  }

  owns(session: Session, object: Securable): boolean {
    return this.activeRoles(session).has(object.owner);
  }

  /** True when one of the privileges, or ownership, is held. */
  may(session: Session, object: Securable, ...privileges: readonly string[]): boolean {
    const roles = this.activeRoles(session);
    return roles.has(object.owner) || object.grants.some(({ role, privilege }) => roles.has(role) && privileges.includes(privilege));
  }

  /** True when the session may know of the object: it holds any privilege on it. */
  sees(session: Session, object: Securable): boolean {
    const roles = this.activeRoles(session);
    return roles.has(object.owner) || object.grants.some(({ role }) => roles.has(role));
  }

  require(session: Session, object: Securable, ...privileges: readonly string[]): void {
    if (!this.may(session, object, ...privileges)) throw insufficientPrivileges(object.kind, object.name);
  }

  requireOwnership(session: Session, object: Securable): void {
    if (!this.owns(session, object)) throw insufficientPrivileges(object.kind, object.name);
  }

  /** Managing grants takes ownership or the account-wide privilege MANAGE GRANTS. */
  requireGrantor(session: Session, object: Securable): void {
    if (!this.owns(session, object) && !this.may(session, this.catalog.account, 'MANAGE GRANTS'))
      throw insufficientPrivileges(object.kind, object.name);
  }
}

/** Adds a grant once. */
export function addGrant(grants: Grant[], grant: Grant): void {
  if (!grants.some(({ privilege, role }) => privilege === grant.privilege && role === grant.role)) grants.push(grant);
}
