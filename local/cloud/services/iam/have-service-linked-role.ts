import { CreateServiceLinkedRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot } from '../../gateway/principal';
import type { Call, Place } from '../../gateway/service';
import { serviceLinkedRole } from './service-linked-roles';

/**
 * Makes the role that a service has of itself in an account, unless it is there: with the permissions of the caller who is the first to
 * need it. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-service-linked-role.html
 */
export async function haveServiceLinkedRole(cloud: CloudContext, call: Call, service: string): Promise<void> {
  if (await hasServiceLinkedRole(cloud, call, service)) return;
  await cloud.as(call.principal, call, service).send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
}

/** Whether the account has the role of a service. */
export async function hasServiceLinkedRole(cloud: CloudContext, place: Place, service: string): Promise<boolean> {
  try {
    await cloud.as(accountRoot(place.account), place).send(new GetRoleCommand({ RoleName: serviceLinkedRole(service).name }));
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntityException') return false;
    throw error;
  }
}
