import type { Permission } from '../cloud/gateway/iam/permission';
import type { PermissionLedger } from '../cloud/gateway/iam/permission-ledger';

/** Statements of key policies that nobody needed, in words. */
export interface KeyStatementUse {
  readonly unused: readonly string[];
  /** Used, but never when nothing else would have allowed the same. */
  readonly redundant: readonly string[];
}

/**
 * Sums up which statements of key policies were used; who holds one is the key.
 *
 * The statement is what counts, not each action in it: AWS documents which actions a service must be given together, and calls some of
 * them out of sight.
 */
export function summarizeKeyStatements(ledger: PermissionLedger): KeyStatementUse {
  const statements = ledger.holders().flatMap((key) => {
    const { used, unused, necessary } = ledger.useOf(key);
    return statementsIn([...used, ...unused]).map((statement) => ({ words: `${key}: statement ${statement}`, isUsed: statementsIn(used).includes(statement), isNecessary: statementsIn(necessary).includes(statement) }));
  });
  return {
    unused: statements.filter(({ isUsed }) => !isUsed).map(({ words }) => words),
    redundant: statements.filter(({ isUsed, isNecessary }) => isUsed && !isNecessary).map(({ words }) => words),
  };
}

/** Those with a name are ours to answer for; the others the CDK's constructs add by themselves. Grants come and go with what uses the key. */
function statementsIn(permissions: readonly Permission[]): readonly string[] {
  return [...new Set(permissions.filter(({ policyKind }) => policyKind === 'key').flatMap(({ sid }) => sid ?? []))];
}
