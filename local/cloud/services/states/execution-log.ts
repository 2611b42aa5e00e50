import {
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
  PutLogEventsCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import { isLogged, type MachineRevision, type StateMachine } from './states-state';

/** The execution that a log line is about. */
export interface LoggedExecution extends Place {
  readonly arn: string;
  readonly machine: StateMachine;
  readonly revision: MachineRevision;
}

/** Events of an execution that wait to be written together. */
interface Batch {
  readonly events: HistoryEvent[];
  readonly timer: Timer;
}

const POLICY_NAME = 'AWSLogDeliveryWrite20150319';

/** How long events wait for others of their execution. AWS does not promise when they arrive. https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const BATCH_MS = 5000;

/** With which an execution ends, until it is redriven. */
const ENDS: ReadonlySet<string | undefined> = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);

/** Writes what happens in executions to log groups, as the service that delivers logs for AWS services. */
export class ExecutionLog {
  private readonly streams = new Map<string, Promise<unknown>>();
  /** By the ARNs of executions. */
  private readonly batches = new Map<string, Batch>();

  constructor(private readonly context: CloudContext) {}

  /**
   * Prepares a log group with the state machine's role, as Step Functions does when logging is set up: what of its
   * permissions are calls of the public API is really called.
   *
   * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
   */
  async prepare(role: CloudClient, place: Place, groupName: string): Promise<void> {
    await role.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: groupName }));
    const { resourcePolicies = [] } = await role.send(new DescribeResourcePoliciesCommand({}));
    const known = resourcePolicies.find(({ policyName }) => policyName === POLICY_NAME)?.policyDocument;
    const statements = known === undefined ? [] : (JSON.parse(known) as { Statement: { Resource: string }[] }).Statement;
    const resource = `${regionalArn('logs', place, `log-group:${groupName}`)}:log-stream:*`;
    if (statements.some(({ Resource }) => Resource === resource)) return;
    const statement = {
      Sid: `AWSLogDeliveryWrite${statements.length}`,
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: resource,
      Condition: { StringEquals: { 'aws:SourceAccount': place.account }, ArnLike: { 'aws:SourceArn': regionalArn('logs', place, '*') } },
    };
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [...statements, statement] });
    await role.send(new PutResourcePolicyCommand({ policyName: POLICY_NAME, policyDocument }));
  }

  /** Takes an event to be written soon, and at the end of its execution at once; events of an execution stay in order. */
  add(execution: LoggedExecution, event: HistoryEvent): void {
    const { level, destinations = [] } = execution.revision.logging;
    if (destinations.length === 0) return;
    if (isLogged(level, event.type ?? '')) this.batchOf(execution).events.push(event);
    if (ENDS.has(event.type)) this.deliver(execution);
  }

  private batchOf(execution: LoggedExecution): Batch {
    const known = this.batches.get(execution.arn);
    if (known) return known;
    const batch = { events: [], timer: this.context.clock.after(BATCH_MS, () => this.deliver(execution)) };
    this.batches.set(execution.arn, batch);
    return batch;
  }

  private deliver(execution: LoggedExecution): void {
    const batch = this.batches.get(execution.arn);
    if (!batch) return;
    batch.timer.cancel();
    this.batches.delete(execution.arn);
    this.context.clock
      .whileWorking(() => this.write(execution, batch.events))
      .catch((error: Error) => {
        // As on AWS, logs are delivered as well as can be: an execution does not notice that they are refused.
        if (!(error instanceof AwsError)) this.context.reportDefect(error, `log of ${execution.arn}`);
      });
  }

  private async write(execution: LoggedExecution, events: readonly HistoryEvent[]): Promise<void> {
    const { includeExecutionData = false, destinations = [] } = execution.revision.logging;
    const logEvents = events.map((event) => ({ timestamp: event.timestamp?.getTime() ?? 0, message: lineOf(execution, event, includeExecutionData) }));
    for (const { cloudWatchLogsLogGroup } of destinations) {
      const groupName = groupNameIn(cloudWatchLogsLogGroup?.logGroupArn ?? '');
      const writer = this.context.as(servicePrincipal('delivery.logs.amazonaws.com', execution.account, regionalArn('logs', execution, '*')), execution);
      const logStreamName = `states/${execution.machine.name}/${execution.machine.createdAt.toISOString().slice(0, 10)}`;
      await this.openStream(writer, groupName, logStreamName);
      await writer.send(new PutLogEventsCommand({ logGroupName: groupName, logStreamName, logEvents }));
    }
  }

  private openStream(writer: CloudClient, logGroupName: string, logStreamName: string): Promise<unknown> {
    const key = `${logGroupName}/${logStreamName}`;
    const known = this.streams.get(key);
    if (known) return known;
    const opened = writer.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(ignoreExisting);
    this.streams.set(key, opened);
    // What could not be made is tried again with the next batch.
    opened.catch(() => this.streams.delete(key));
    return opened;
  }
}

export function groupNameIn(logGroupArn: string): string {
  return /:log-group:([^:]+)/.exec(logGroupArn)?.[1] ?? '';
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== 'ResourceAlreadyExistsException') throw error;
}

/** Members that hold what the execution works with, and are left out unless the configuration asks for them. */
const DATA = new Set(['cause', 'input', 'output', 'parameters']);

function lineOf({ arn }: LoggedExecution, { id, type, timestamp, previousEventId, ...details }: HistoryEvent, withData: boolean): string {
  const [member] = Object.values(details).filter((value) => typeof value === 'object');
  const shown = Object.entries(member ?? {}).filter(([name]) => withData || !DATA.has(name));
  return JSON.stringify({
    id: String(id),
    type,
    details: Object.fromEntries(shown),
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp?.getTime()),
    execution_arn: arn,
  });
}
