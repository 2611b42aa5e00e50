import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { LocalCloud } from '../../local/cloud/local-cloud';
import type { Place } from '../../local/cloud/gateway/service';

/** Creates a role that the AWS service may take on, with these actions on all resources; returns its ARN. */
export async function createServiceRole(cloud: LocalCloud, place: Place, service: string, actions: readonly string[], name = `role-for-${service.split('.')[0]}`): Promise<string> {
  const iam = cloud.client(IAMClient, place);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  if (actions.length > 0) {
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'work', PolicyDocument: JSON.stringify(policy) }));
  }
  return Role!.Arn!;
}
