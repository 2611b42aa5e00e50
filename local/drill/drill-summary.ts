import { distributionOf, type Distribution } from './distribution';
import type { DrillKind, DrillResult } from './failover-drill';

/** A measure of all drills of a kind. */
export interface DrillMeasure {
  readonly kind: DrillKind;
  /** A step, or `out of service`, `without a promise`, `named loss`. */
  readonly name: string;
  readonly unit: 's' | 'transactions';
  readonly values: readonly number[];
  readonly distribution: Distribution;
  /** What was declared. */
  readonly limit?: number | undefined;
}

export interface DrillSummary {
  readonly drills: number;
  readonly failed: number;
  readonly lostInPlanned: number;
  readonly lostInUnplanned: number;
  readonly measures: readonly DrillMeasure[];
}

/** Sums up drills: each step, the times and the losses, apart for planned and unplanned ones. */
export function summarizeDrills(results: readonly DrillResult[], objectives: { readonly rtoSeconds: number; readonly rpoSeconds: number }): DrillSummary {
  const lostIn = (kind: DrillKind) => results.filter((result) => result.kind === kind).reduce((sum, { lost }) => sum + lost.length, 0);
  return {
    drills: results.length,
    failed: results.filter(({ failure }) => failure !== undefined).length,
    lostInPlanned: lostIn('planned'),
    lostInUnplanned: lostIn('unplanned'),
    measures: (['planned', 'unplanned'] as const).flatMap((kind) => measuresOf(kind, results.filter((result) => result.kind === kind), objectives)),
  };
}

function measuresOf(kind: DrillKind, results: readonly DrillResult[], { rtoSeconds, rpoSeconds }: { readonly rtoSeconds: number; readonly rpoSeconds: number }): readonly DrillMeasure[] {
  const measure = (name: string, unit: DrillMeasure['unit'], values: readonly (number | null | undefined)[], limit?: number): readonly DrillMeasure[] => {
    const known = values.filter((value) => value !== null && value !== undefined);
    const distribution = distributionOf(known);
    return distribution ? [{ kind, name, unit, values: known, distribution, limit }] : [];
  };
  const steps = [...new Set(results.flatMap(({ steps: own }) => Object.keys(own)))];
  return [
    ...steps.flatMap((step) => measure(step, 's', results.map(({ steps: own }) => own[step]?.seconds), results.find(({ steps: own }) => own[step])?.steps[step]?.budgetSeconds)),
    ...measure('out of service', 's', results.map(({ recoveryTimeSeconds }) => recoveryTimeSeconds), rtoSeconds),
    ...measure('without a promise', 's', results.map(({ silenceSeconds }) => silenceSeconds), rtoSeconds),
    ...measure('named loss', 's', results.map(({ namedLossSeconds }) => namedLossSeconds), rpoSeconds),
    ...measure('lost', 'transactions', results.map(({ lost }) => lost.length)),
  ];
}
