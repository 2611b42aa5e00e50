import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { FunctionDeployment } from '../../engines/functions/function-deployment';
import type { InvocationResult } from '../../engines/functions/invocation';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';

/**
 * Brings what functions log to CloudWatch Logs, as each function's own role.
 *
 * As in AWS, a role that may not write loses the log and nothing else; the refusal shows in the cloud's call log.
 */
export class LogDelivery {
  private readonly streams = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly context: CloudContext) {}

  /** Begins to deliver the log of an invocation. */
  begin(deployment: FunctionDeployment, result: InvocationResult): void {
    const delivery = this.context.clock
      .whileWorking(() => this.deliver(deployment, result))
      .catch((error: Error) => {
        if (!(error instanceof AwsError)) this.context.reportDefect(error, `log of ${deployment.functionName}`);
      })
      .finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  }

  /** Resolves when everything begun so far has been delivered, or could not be. */
  async settle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async deliver(deployment: FunctionDeployment, { credentials, log, logStream }: InvocationResult): Promise<void> {
    if (log.length === 0) return;
    const { principal } = this.context.credentials.resolve(credentials.accessKeyId, credentials.sessionToken);
    const role = this.context.as(principal, deployment);
    const logGroupName = deployment.logging.group;
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
