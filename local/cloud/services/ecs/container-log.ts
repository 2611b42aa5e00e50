import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { LogConfiguration } from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import { TaskStartFailure } from './image-pull';

export interface ContainerLogProps {
  readonly configuration: LogConfiguration | undefined;
  readonly containerName: string;
  readonly taskId: string;
  /** Acts as the execution role. */
  readonly role: CloudClient | undefined;
}

/** How long lines wait for others to go with them. */
const BATCH_MS = 1_000;

/** Brings what a container prints to CloudWatch Logs, with the execution role. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
export class ContainerLog {
  private readonly waiting: { readonly timestamp: number; readonly message: string }[] = [];
  private isDue = false;

  private constructor(
    private readonly context: CloudContext,
    private readonly target: { readonly logGroupName: string; readonly logStreamName: string; readonly role: CloudClient } | undefined,
  ) {}

  /** Opens the stream of a container; without a log configuration what it prints is lost. */
  static async open(context: CloudContext, { configuration, containerName, taskId, role }: ContainerLogProps): Promise<ContainerLog> {
    if (configuration?.logDriver !== 'awslogs') return new ContainerLog(context, undefined);
    const { options = {} } = configuration;
    const logGroupName = options['awslogs-group'] ?? '';
    const logStreamName = `${options['awslogs-stream-prefix'] ?? 'ecs'}/${containerName}/${taskId}`;
    const region = options['awslogs-region'] ?? '';
    if (!role) throw new TaskStartFailure('ResourceInitializationError: failed to validate logger args: the task definition has no execution role');
    const inRegion = role.inRegion(region);
    try {
      if (options['awslogs-create-group'] === 'true') await inRegion.send(new CreateLogGroupCommand({ logGroupName })).catch(unlessThere);
      await inRegion.send(new CreateLogStreamCommand({ logGroupName, logStreamName })).catch(unlessThere);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new TaskStartFailure(`ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${error.code}: ${error.message}`);
    }
    return new ContainerLog(context, { logGroupName, logStreamName, role: inRegion });
  }

  /** Takes everything that comes out of the stream. */
  follow(output: Readable): void {
    createInterface(output).on('line', (line) => this.add(line));
  }

  private add(message: string): void {
    if (!this.target || message === '') return;
    const { clock } = this.context;
    this.waiting.push({ timestamp: Math.round(clock.nowMs()), message });
    if (this.isDue) return;
    this.isDue = true;
    clock.after(BATCH_MS, () => void this.flush());
  }

  private async flush(): Promise<void> {
    this.isDue = false;
    if (!this.target) return;
    const { role, ...stream } = this.target;
    const logEvents = this.waiting.splice(0);
    try {
      await role.send(new PutLogEventsCommand({ ...stream, logEvents }));
    } catch (error) {
      // Lines that cannot be delivered are lost; the refusal shows in the cloud's call log.
      if (!(error instanceof AwsError)) this.context.reportDefect(error as Error, `log ${stream.logStreamName}`);
    }
  }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== 'ResourceAlreadyExistsException') throw error;
}
