import { TaskFailure } from '../../engines/states/failure';
import { parseTaskResource } from '../../engines/states/task-resource';
import type { TaskRequest, TaskRunner } from '../../engines/states/task-runner';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';
import { parseArn } from '../../gateway/arn';
import type { Service } from '../../gateway/service';
import type { ServiceDirectory } from '../../gateway/service-directory';
import type { ServiceRoles } from '../../gateway/service-role';
import { invokeFunction, invokeThroughApi } from './lambda-task';
import { runNested, type ExecutionEnd, type NestedMode } from './nested-execution';
import { isOptimized, runOptimized } from './optimized-tasks';
import { callOperation, sdkOperation } from './sdk-task';

export interface CloudTaskPorts {
  readonly roles: ServiceRoles;
  readonly find: ServiceDirectory;
  readonly ended: ExecutionEnd;
}

/** Does what Task states ask for by calling the cloud as the state machine's role. */
export class CloudTasks implements TaskRunner {
  constructor(private readonly ports: CloudTaskPorts) {}

  async run(request: TaskRequest): Promise<unknown> {
    const resource = parseTaskResource(request.resource);
    const client = await this.clientFor(request);
    if (!resource) throw new Error(`${request.resource} is no resource of a task`);
    if (resource.kind === 'lambda') return invokeFunction(client, this.service('lambda'), resource.functionArn, request.parameters);
    const { resourceType } = resource;
    const action = resource.resource.replace(/\..*$/, '');
    if (resourceType === 'lambda' && action === 'invoke') return invokeThroughApi(client, this.service('lambda'), request.parameters);
    if (resourceType === 'states' && action === 'startExecution') return runNested(client, this.service('states'), request, nestedMode(resource.resource), this.ports.ended);
    if (isOptimized(resourceType, action)) return runOptimized(client, this.ports.find, resourceType, action, request.parameters);
    return callOperation(client, sdkOperation(this.ports.find, resourceType, action), request.parameters);
  }

  private async clientFor({ roleArn, credentialsRoleArn, executionArn }: TaskRequest): Promise<CloudClient> {
    const parts = executionArn.split(':');
    const { account = '', region = '' } = parseArn(executionArn) ?? {};
    const machine = parts[6] ?? '';
    const use = { roleArn, sourceArn: [...parts.slice(0, 5), 'stateMachine', machine].join(':'), sessionName: machine, place: { account, region } };
    try {
      return credentialsRoleArn === undefined ? await this.ports.roles.clientOf(use) : await this.ports.roles.chainedClientOf(use, credentialsRoleArn);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new TaskFailure('States.TaskFailed', `The service is unable to assume the role ${credentialsRoleArn ?? roleArn}: ${error.message}`);
    }
  }

  private service(name: string): Service {
    const service = this.ports.find(name);
    if (!service) throw new Error(`the local cloud has no service ${name}`);
    return service;
  }
}

function nestedMode(resource: string): NestedMode {
  if (resource.endsWith('.sync:2')) return 'sync:2';
  return resource.endsWith('.sync') ? 'sync' : 'start';
}
