import { Duration } from 'aws-cdk-lib';

const MOST_LOOKS = 2_200;

/**
 * How often something is looked at that may take as long as the whole run: as often as wanted, as far as the history of an
 * execution holds it. A look leaves nine events there (a wait, a task, a choice), and an execution ends at 25,000; the rest of
 * the run needs some too. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export function pollEvery(wanted: Duration, lifetime: Duration): Duration {
  return Duration.seconds(Math.max(wanted.toSeconds(), Math.ceil(lifetime.toSeconds() / MOST_LOOKS)));
}
