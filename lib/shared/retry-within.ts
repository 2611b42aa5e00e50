import type { Duration } from 'aws-cdk-lib';
import type { RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

export interface RetryWithinProps {
  readonly interval: Duration;
  /** How much longer each wait is than the one before; 1 keeps them equal. */
  readonly backoffRate: number;
  /** Longest the whole wait may take, so that the run can still meet its objective. */
  readonly budget: Duration;
}

/** Retries the named errors as often as fits the budget. The number of attempts is derived, never guessed. */
export function retryWithin(errors: string[], { interval, backoffRate, budget }: RetryWithinProps): RetryProps {
  const ratio = budget.toSeconds() / interval.toSeconds();
  const maxAttempts = backoffRate === 1 ? Math.floor(ratio) : Math.floor(Math.log(1 + ratio * (backoffRate - 1)) / Math.log(backoffRate));
  if (maxAttempts < 1) throw new Error(`a budget of ${budget.toHumanString()} leaves no room for one wait of ${interval.toHumanString()}`);
  return { errors, interval, backoffRate, maxAttempts };
}
