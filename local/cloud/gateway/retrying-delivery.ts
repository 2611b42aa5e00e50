import { AwsError } from './aws-error';
import type { CloudClock } from './clock';
import { NoAnswer } from './dispatcher';

/** For how long and how often a delivery is tried. */
export interface RetryPolicy {
  readonly mostRetries: number;
  readonly longestMs: number;
}

/** A delivery that was given up. */
export interface GivenUp {
  readonly code: string;
  readonly message: string;
  readonly retries: number;
  /** What ended the attempts; nothing when trying again would have been no use. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 5 * 60_000;

/**
 * Tries a delivery until it succeeds or is given up, which is what the promise resolves with.
 *
 * Refusals that the next attempt would only repeat, such as a missing permission, end it at once; faults and throttling
 * are tried again with growing delays: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export async function deliverWithRetries(clock: CloudClock, { mostRetries, longestMs }: RetryPolicy, attempt: () => Promise<unknown>): Promise<GivenUp | undefined> {
  const startedMs = clock.nowMs();
  for (let retries = 0; ; retries += 1) {
    const failure = await failureOf(clock, attempt);
    if (!failure) return undefined;
    if (!failure.isTransient) return { ...failure, retries, exhausted: undefined };
    if (retries >= mostRetries) return { ...failure, retries, exhausted: 'MaximumRetryAttempts' };
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retries);
    if (clock.nowMs() + delayMs - startedMs > longestMs) return { ...failure, retries, exhausted: 'MaximumEventAgeInSeconds' };
    await clock.sleep(delayMs);
  }
}

async function failureOf(clock: CloudClock, attempt: () => Promise<unknown>): Promise<{ readonly code: string; readonly message: string; readonly isTransient: boolean } | undefined> {
  try {
    await clock.whileWorking(attempt);
    return undefined;
  } catch (error) {
    if (error instanceof NoAnswer) return { code: 'SDK_CLIENT_ERROR', message: error.message, isTransient: true };
    if (!(error instanceof AwsError)) throw error;
    const isTransient = /Throttl|TooManyRequests|LimitExceeded|ServiceException|InternalFailure|Unavailable/.test(error.code) || (error.status ?? 400) >= 500;
    return { code: error.code, message: error.message, isTransient: isTransient && error.status !== 501 };
  }
}
