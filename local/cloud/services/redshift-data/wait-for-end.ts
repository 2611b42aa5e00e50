import type { CloudClock } from '../../gateway/clock';
import { AwsError } from '../../gateway/aws-error';
import { hasEnded, type Statement } from './statement';

export interface Waiting {
  readonly clock: CloudClock;
}

const LONGEST_SECONDS = 30;

/** Waits until the statement has ended, but not longer than the caller wants to. */
export async function waitForEnd({ clock }: Waiting, statement: Statement, seconds = 0): Promise<void> {
  if (seconds < 0 || seconds > LONGEST_SECONDS) throw new AwsError('ValidationException', `WaitTimeSeconds ${seconds} must be between 0 and ${LONGEST_SECONDS}.`);
  if (seconds === 0 || hasEnded(statement)) return;
  const enough = new AbortController();
  await Promise.race([statement.ended, clock.sleep(seconds * 1000, enough.signal).catch(() => undefined)]);
  enough.abort(new Error('the statement has ended'));
}
