import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { FunctionDeployment } from '../../engines/functions/function-deployment';
import type { InvocationResult } from '../../engines/functions/invocation';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { TraceDaemons } from './trace-daemons';

/**
 * Brings what functions log and trace to CloudWatch Logs and X-Ray, as each function's own role.
 *
 * As in AWS, a role that may not write loses the record and nothing else; the refusal shows in the cloud's call log.
 */
export class InvocationRecords {
  private readonly streams = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();
  private readonly daemons: TraceDaemons;

  constructor(private readonly context: CloudContext) {
    this.daemons = new TraceDaemons(context.clock);
  }

  /** Begins to deliver the records of an invocation; its caller does not wait for that. */
  begin(deployment: FunctionDeployment, result: InvocationResult): void {
    const role = (): CloudClient => {
      const { accessKeyId, sessionToken } = result.credentials;
      return this.context.as(this.context.credentials.resolve(accessKeyId, sessionToken).principal, deployment);
    };
    this.attempt(deployment, async () => this.deliverLog(role(), deployment, result));
    if (deployment.tracing === 'Active') this.attempt(deployment, async () => this.daemons.deliver(role(), deployment, result));
  }

  /** Resolves when everything begun so far has been delivered, or could not be. */
  async settle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private attempt({ functionName }: FunctionDeployment, deliver: () => Promise<void>): void {
    const delivery = this.context.clock
      .whileWorking(deliver)
      .catch((error: Error) => {
        if (!(error instanceof AwsError)) this.context.reportDefect(error, `records of ${functionName}`);
      })
      .finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  }

  private async deliverLog(role: CloudClient, { logging }: FunctionDeployment, { log, logStream }: InvocationResult): Promise<void> {
    if (log.length === 0) return;
    const logGroupName = logging.group;
    if (!this.streams.has(logStream)) {
      await openStream(role, logGroupName, logStream);
      this.streams.add(logStream);
    }
    const logEvents = [...log].sort((a, b) => a.timeMs - b.timeMs).map(({ timeMs, message }) => ({ timestamp: Math.round(timeMs), message }));
    await role.send(new PutLogEventsCommand({ logGroupName, logStreamName: logStream, logEvents }));
  }
}

/** Lambda makes the group as well when it is not there and the role may. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
async function openStream(role: CloudClient, logGroupName: string, logStreamName: string): Promise<void> {
  const create = new CreateLogStreamCommand({ logGroupName, logStreamName });
  try {
    await role.send(create);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
    await role.send(new CreateLogGroupCommand({ logGroupName }));
    await role.send(create);
  }
}
