import { Topic } from '../common/aws/topic';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { ENV, METRIC } from './contract';

/** What Step Functions catches. */
interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

export interface NotifyOutcomeInput {
  readonly operationId: string;
  readonly what: 'backup' | 'proof';
  readonly outcome: 'succeeded' | 'failed';
  readonly executionArn: string;
  /** Of a finished backup: when it was asked for, and how long it took. */
  readonly verified?: { readonly minutes: number };
  /** What went wrong on the way without ending the run. */
  readonly manifestError?: CaughtError | null;
  readonly cleanUpError?: CaughtError | null;
  readonly error?: CaughtError;
  readonly summary?: string;
}

export interface NotifyOutcomePorts {
  readonly pipeline: string;
  readonly topic: Pick<Topic, 'publish'>;
}

/** Ends a run: counts its outcome and tells people. */
export async function notifyOutcome(input: NotifyOutcomeInput, { pipeline, topic }: NotifyOutcomePorts): Promise<{ readonly subject: string }> {
  const { operationId, what, outcome, executionArn, verified, manifestError, cleanUpError, error, summary } = input;
  if (what === 'backup' && outcome === 'succeeded') addMetric(pipeline, METRIC.backupCompleted, 1);
  if (verified) addMetric(pipeline, METRIC.backupDuration, verified.minutes);
  if (manifestError) addMetric(pipeline, METRIC.manifestMissing, 1);
  const subject = `Holdfast: ${what} ${operationId} of ${pipeline} ${outcome}`;
  await topic.publish(
    subject,
    [
      subject,
      ...(summary ? [summary] : []),
      ...(verified ? [`Shared ${verified.minutes} minutes after it was asked for.`] : []),
      ...(manifestError ? [`Without a manifest, so it cannot be proven: ${describe(manifestError)}`] : []),
      ...(cleanUpError ? [`The clean-up left something undone: ${describe(cleanUpError)}`] : []),
      ...(error ? [describe(error)] : []),
      `Execution: ${executionArn}`,
    ].join('\n'),
  );
  return { subject };
}

/** The cause is what Lambda reports: JSON with the message among other things. */
function describe({ Error: name, Cause }: CaughtError): string {
  try {
    return `${name}: ${(JSON.parse(Cause) as { errorMessage?: string }).errorMessage ?? Cause}`;
  } catch {
    return `${name}: ${Cause}`;
  }
}

export const handler = defineHandler('redshift-backup/notify-outcome', notifyOutcome, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  topic: Topic.in({ region: env.region }, env.required(ENV.TOPIC_ARN)),
}));
