import type { MapState } from '../definition';
import { runtimeFailure } from '../failure';
import type { EvaluationSources } from '../intrinsic/evaluate-intrinsic';
import type { Json } from '../json';
import { readOrFail } from './data-flow';

/** How many iterations of a Map state may fail; undefined where the definition does not say. */
export interface FailureTolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

/** Reads the tolerance of a Map state. */
export function toleranceOf(state: MapState, sources: EvaluationSources): FailureTolerance {
  const count = state.ToleratedFailureCount ?? numberAt(state, 'ToleratedFailureCountPath', sources, Number.isInteger, 'integer');
  const percentage = state.ToleratedFailurePercentage ?? numberAt(state, 'ToleratedFailurePercentagePath', sources, Number.isFinite, 'float');
  if (count !== undefined && count < 0) throw runtimeFailure('ToleratedFailureCount cannot be negative.');
  if (percentage !== undefined && (percentage < 0 || percentage > 100)) throw runtimeFailure('ToleratedFailurePercentage must be between 0 and 100.');
  return { count, percentage };
}

/** Whether the definition speaks of tolerance at all; if not, the first failure is the state's own. */
export function hasTolerance({ count, percentage }: FailureTolerance): boolean {
  return count !== undefined || percentage !== undefined;
}

/** Whether that many failures are within every threshold there is. */
export function isTolerated({ count, percentage }: FailureTolerance, failures: number, items: number): boolean {
  return failures <= (count ?? Infinity) && (failures / items) * 100 <= (percentage ?? Infinity);
}

/** A number a Map state takes from its input; `type` is the word AWS uses when it is none. */
export function numberAt(
  state: MapState,
  field: 'MaxConcurrencyPath' | 'ToleratedFailureCountPath' | 'ToleratedFailurePercentagePath',
  sources: EvaluationSources,
  isNumber: (value: unknown) => boolean,
  type: 'integer' | 'float',
): number | undefined {
  const path = state[field];
  if (path === undefined) return undefined;
  const value = readOrFail(path, sources);
  if (isNumber(value)) return value as number;
  throw runtimeFailure(`The ${field} field refers to value "${printed(value)}" which is not a valid ${type}: ${path}`);
}

function printed(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
