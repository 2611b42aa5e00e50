import { PermissionLedger } from '../cloud/gateway/iam/permission-ledger';
import type { CloudRecord, ScenarioRecord, SystemRecord } from './events';
import { idleEverywhere } from './idle-everywhere';
import { summarizeKeyStatements } from './key-statement-use';
import { OUT_OF_SIGHT } from './out-of-sight';
import { summarizePermissions, type PermissionRules } from './permission-use';

/** What of a system's rehearsal its conclusion needs. */
export interface PlayedSystem extends PermissionRules {
  readonly system: string;
  /** Whether all of its scenarios were played: part of them cannot tell what the rest would use. */
  readonly isWhole: boolean;
  readonly clouds: readonly CloudRecord[];
  readonly scenarios: readonly Pick<ScenarioRecord, 'outcome'>[];
  readonly wallSeconds: number;
}

/** Puts together what the clouds of one system left behind: what was used on one of them was not granted in vain. */
export function concludeSystem({ system, isWhole, clouds, scenarios, wallSeconds, kindOf, unrehearsed }: PlayedSystem): SystemRecord {
  const ledger = new PermissionLedger();
  for (const { accounts } of clouds) ledger.add(accounts);
  const keyStatements = summarizeKeyStatements(ledger);
  const ofRoles = summarizePermissions(ledger, { kindOf, unrehearsed: [...OUT_OF_SIGHT, ...unrehearsed] });
  const failures = clouds.flatMap(({ failure }) => failure ?? []);
  const allPassed = failures.length === 0 && scenarios.every(({ outcome }) => outcome === 'passed');
  const permissions =
    isWhole && allPassed
      ? { ...ofRoles, unused: [...ofRoles.unused, ...keyStatements.unused], redundant: [...ofRoles.redundant, ...keyStatements.redundant] }
      : { ...ofRoles, unused: [], redundant: [] };
  const defects = clouds.flatMap((cloud) => cloud.defects);
  return {
    system,
    outcome: allPassed && [defects, permissions.unused, permissions.redundant].every(({ length }) => length === 0) ? 'passed' : 'failed',
    failure: failures.length === 0 ? undefined : failures.join('\n'),
    wallSeconds,
    permissions,
    defects,
    idleRules: idleEverywhere(clouds),
  };
}
