import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Credentials } from '../../gateway/credentials';
import { servicePrincipal } from '../../gateway/principal';
import { TaskStartFailure } from './image-pull';
import type { Task } from './container-service';

export type TaskCredentials = Required<Credentials> & { readonly roleArn: string };

const SESSION_SECONDS = 3600;
/** New credentials are there before the old ones end. */
const RENEWAL_MS = 15 * 60_000;

/** Takes on the roles of tasks, whose trust policies decide. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
export class TaskRoles {
  constructor(private readonly context: CloudContext) {}

  /** A client with the permissions of the execution role; none for a task without one. */
  async executionRole(task: Task): Promise<CloudClient | undefined> {
    const { executionRoleArn } = { ...task.definition.input, ...task.overrides };
    if (!executionRoleArn) return undefined;
    const { accessKeyId, sessionToken } = await this.assume(task, executionRoleArn);
    return this.context.as(this.context.credentials.resolve(accessKeyId, sessionToken).principal, task);
  }

  /** Where the containers of a task get credentials of its own role, fresh ones each time that they are about to end; none for a task without a role. */
  async taskRole(task: Task): Promise<(() => Promise<TaskCredentials>) | undefined> {
    const { taskRoleArn } = { ...task.definition.input, ...task.overrides };
    if (!taskRoleArn) return undefined;
    let current = await this.assume(task, taskRoleArn);
    return async () => {
      if (current.expiration.getTime() - this.context.clock.nowMs() < RENEWAL_MS) current = await this.assume(task, taskRoleArn);
      return current;
    };
  }

  private async assume(task: Task, roleArn: string): Promise<TaskCredentials> {
    const ecs = this.context.as(servicePrincipal('ecs-tasks.amazonaws.com', task.account, task.arn), task);
    try {
      const { Credentials: issued } = await ecs.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: task.id, DurationSeconds: SESSION_SECONDS }));
      return { roleArn, accessKeyId: issued?.AccessKeyId ?? '', secretAccessKey: issued?.SecretAccessKey ?? '', sessionToken: issued?.SessionToken ?? '', expiration: issued?.Expiration ?? new Date(0) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new TaskStartFailure(`ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`);
    }
  }
}
