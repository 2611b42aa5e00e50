import { randomUUID } from 'node:crypto';
import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand, DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { CloudClient, SdkCommand } from '../../gateway/cloud-client';
import type { Place } from '../../gateway/service';
import type { NetworkView } from '../../network/confined-process';
import type { Fabric } from '../../network/fabric';
import type { Ec2State } from '../ec2/ec2-state';
import { assumeExecutionRole } from './execution-role';
import { functionArn } from './function-name';
import type { FunctionSettings } from './function-settings';
import type { FunctionVersion, LambdaFunction } from './lambda-function';

/**
 * Puts functions into VPCs, by one network interface in each of their subnets.
 *
 * The interfaces are made and removed with the function's own role, as AWS does, so the role must be allowed to.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export class FunctionNetworks {
  private readonly turns = new Map<string, number>();

  constructor(
    private readonly context: CloudContext,
    private readonly fabric: Fabric,
    private readonly network: Ec2State,
  ) {}

  /** How a new instance sees the network: instances take turns in the function's subnets. */
  viewOf(lambda: LambdaFunction, { networkInterfaceIds }: FunctionVersion): NetworkView {
    const name = `function ${lambda.name}`;
    const [first] = networkInterfaceIds;
    if (first === undefined) return this.fabric.viewOf({ kind: 'internet', name, region: lambda.region });
    const turn = this.turns.get(lambda.arn) ?? 0;
    this.turns.set(lambda.arn, turn + 1);
    const networkInterfaceId = networkInterfaceIds[turn % networkInterfaceIds.length] ?? first;
    return this.fabric.viewOf({ kind: 'interface', name, region: lambda.region, networkInterfaceId });
  }

  /** Makes the interfaces that the settings ask for, or keeps those of the version before when nothing has changed; none for a function outside VPCs. */
  async attach(settings: FunctionSettings, place: Place, functionName: string, before?: FunctionVersion): Promise<readonly string[]> {
    const { network } = settings;
    if (!network) return [];
    if (before && JSON.stringify(network) === JSON.stringify(before.settings.network)) return before.networkInterfaceIds;
    const role = await this.roleOf(settings, place, functionName);
    const ids: string[] = [];
    for (const SubnetId of network.subnetIds) {
      const Description = `AWS Lambda VPC ENI-${functionName}-${randomUUID()}`;
      const create = new CreateNetworkInterfaceCommand({ SubnetId, Groups: [...network.securityGroupIds], Description });
      const { NetworkInterface } = await asLambda('CreateNetworkInterface', role, create);
      ids.push(NetworkInterface?.NetworkInterfaceId ?? '');
    }
    await asLambda('DescribeNetworkInterfaces', role, new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));
    for (const id of ids) this.network.entrustInterface(id, 'lambda', `lambda:${functionName}`);
    return ids;
  }

  /** Removes interfaces. A role that may not, or is gone, leaves them behind, as it does in AWS. */
  async release(networkInterfaceIds: readonly string[], { settings }: FunctionVersion, lambda: LambdaFunction): Promise<void> {
    if (networkInterfaceIds.length === 0) return;
    try {
      const role = await this.roleOf(settings, lambda, lambda.name);
      for (const id of networkInterfaceIds) {
        this.network.entrustInterface(id, 'lambda', undefined);
        await role.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  vpcIdOf(subnetId: string): string | undefined {
    return this.network.subnets.get(subnetId)?.vpcId;
  }

  private async roleOf({ role }: FunctionSettings, { account, region }: Place, functionName: string): Promise<CloudClient> {
    const use = { account, region, roleArn: role, functionName, functionArn: functionArn({ account, region }, functionName) };
    const { accessKeyId, sessionToken } = await assumeExecutionRole(this.context, use);
    return this.context.as(this.context.credentials.resolve(accessKeyId, sessionToken).principal, { account, region });
  }
}

/** Words a refusal as Lambda does. */
async function asLambda<Output>(operation: string, role: CloudClient, command: SdkCommand<Output>): Promise<Output> {
  try {
    return await role.send(command);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message =
      error.code === 'UnauthorizedOperation'
        ? `The provided execution role does not have permissions to call ${operation} on EC2`
        : `Error occurred while ${operation}. EC2 Error Code: ${error.code}. EC2 Error Message: ${error.message}`;
    throw new AwsError('InvalidParameterValueException', message, { details: { Type: 'User' } });
  }
}
