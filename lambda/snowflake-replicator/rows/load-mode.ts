import { canFollowInPlace, describeDrift, isUnchanged, type DriftPolicy, type SchemaDrift } from './schema-drift';

export type LoadMode = 'full' | 'incremental';

/** What is known when a run decides how to load a table. */
export interface LoadFacts {
  readonly requested: LoadMode | 'auto';
  readonly configured: LoadMode;
  /** Nothing for a table that was never loaded. */
  readonly drift: SchemaDrift | null;
  readonly policy: DriftPolicy;
  /** Whether rows that were there before have values in the columns that are new. */
  readonly newColumnsHaveValues: boolean;
  /** The state is of a cluster that this is not, or too old to be continued. */
  readonly stateUnusable: string | null;
  /** Names of the target's columns; null when there is no target. */
  readonly targetColumns: readonly string[] | null;
  /** Names of those that the table is loaded into. */
  readonly loadedColumns: readonly string[];
}

export interface LoadDecision {
  readonly mode: LoadMode;
  /** Why, in words; the drift that is followed in place is among them. */
  readonly reasons: readonly string[];
  readonly followInPlace: boolean;
}

/** The table is not what it was, and the policy says not to follow. */
export class DriftRefused extends Error {
  override readonly name = 'DriftRefused';

  constructor(readonly drift: readonly string[]) {
    super(drift.join('; '));
  }
}

/** Decides between loading all of a table and what has changed. Raises `DriftRefused` under a policy that forbids what would be needed. */
export function decideLoad(facts: LoadFacts): LoadDecision {
  const { drift, policy } = facts;
  const differences = drift && !isUnchanged(drift) ? describeDrift(drift) : [];
  if (drift && differences.length > 0) refuseDrift(drift, differences, policy);
  const full = fullLoadReasons(facts, differences);
  if (full.length > 0) return { mode: 'full', reasons: full, followInPlace: false };
  return { mode: 'incremental', reasons: differences, followInPlace: differences.length > 0 };
}

function refuseDrift(drift: SchemaDrift, differences: readonly string[], policy: DriftPolicy): void {
  const refused = policy === 'freeze' || (policy === 'discard' && (drift.changed.length > 0 || drift.keyChanged));
  if (refused) throw new DriftRefused(differences);
}

function fullLoadReasons(facts: LoadFacts, differences: readonly string[]): string[] {
  const { requested, configured, drift, newColumnsHaveValues, stateUnusable } = facts;
  const mode = requested === 'auto' ? configured : requested;
  return [
    ...(mode === 'full' ? [requested === 'full' ? 'asked for' : 'configured'] : []),
    ...(drift === null ? ['never loaded before'] : []),
    ...(drift === null ? [] : targetReasons(drift, facts)),
    ...(stateUnusable === null ? [] : [stateUnusable]),
    ...(drift && !canFollowInPlace(drift) ? differences : []),
    ...(newColumnsHaveValues ? ['rows that were there before have values in new columns'] : []),
  ];
}

/** A target that somebody altered cannot be followed up; nor can a column that comes back to what it held before it went. */
function targetReasons({ added }: SchemaDrift, { targetColumns, loadedColumns }: LoadFacts): string[] {
  if (targetColumns === null) return ['the target is gone'];
  const isNew = (column: string) => added.some(({ target }) => target === column);
  return [
    ...loadedColumns.filter((column) => !isNew(column) && !targetColumns.includes(column)).map((column) => `the target has lost column ${column}`),
    ...added.filter(({ target }) => targetColumns.includes(target)).map(({ target }) => `column ${target} is back`),
  ];
}
