import type { Retrier } from './definition';
import { ERROR, type StateFailure } from './failure';

/** https://states-language.net/spec.html#retrying-after-error */
const DEFAULT_INTERVAL_SECONDS = 1;
const DEFAULT_MAX_ATTEMPTS = 3;
const DEFAULT_BACKOFF_RATE = 2;

/**
 * Whether a Retrier's or Catcher's error names cover the failure.
 *
 * `States.TaskFailed` covers everything but a timeout, `States.ALL` everything; neither covers States.DataLimitExceeded,
 * which has to be named (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html).
 */
export function coversError(errorEquals: readonly string[], failure: StateFailure): boolean {
  return errorEquals.some((name) => {
    if (name === failure.error || (failure.alias !== undefined && name === failure.alias)) return true;
    if (failure.error === ERROR.DATA_LIMIT_EXCEEDED) return false;
    return name === ERROR.ALL || (name === ERROR.TASK_FAILED && failure.error !== ERROR.TIMEOUT);
  });
}

/**
 * How long to wait before the next attempt; undefined when no Retrier wants one.
 *
 * Each Retrier counts its own attempts, in `attempts`, for as long as the state is the same one. The first that covers
 * the error decides, even if its attempts are used up.
 */
export function nextRetryDelayMs(retriers: readonly Retrier[], failure: StateFailure, attempts: Map<Retrier, number>, random: () => number): number | undefined {
  const retrier = retriers.find(({ ErrorEquals }) => coversError(ErrorEquals, failure));
  if (!retrier) return undefined;
  const made = attempts.get(retrier) ?? 0;
  if (made >= (retrier.MaxAttempts ?? DEFAULT_MAX_ATTEMPTS)) return undefined;
  attempts.set(retrier, made + 1);
  const backedOff = (retrier.IntervalSeconds ?? DEFAULT_INTERVAL_SECONDS) * (retrier.BackoffRate ?? DEFAULT_BACKOFF_RATE) ** made;
  const seconds = Math.min(backedOff, retrier.MaxDelaySeconds ?? Infinity);
  return seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1);
}
