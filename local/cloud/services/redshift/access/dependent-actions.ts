import type { Access, Place } from '../../../gateway/service';

const NETWORK = ['AccountAttributes', 'Addresses', 'AvailabilityZones', 'InternetGateways', 'SecurityGroups', 'Subnets', 'Vpcs'];
const SECRET = ['DescribeSecret', 'RotateSecret', 'UpdateSecret', 'DeleteSecret'];

/**
 * To look at the network that a warehouse is made in: Redshift does so with the permissions of who asks for it, which therefore are in
 * AWS's own policies for such people. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRedshiftFullAccess.html
 */
export function lookAtNetwork(): readonly Access[] {
  return NETWORK.map((what) => ({ action: `ec2:Describe${what}`, resource: '*' }));
}

/**
 * To keep an admin password in a secret: what the reference names beside creating, tagging and making the password up, which are calls.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html (dependent actions)
 */
export function keepAdminSecret({ account, region }: Place, warehouse: string | undefined): readonly Access[] {
  return SECRET.map((action) => ({ action: `secretsmanager:${action}`, resource: `arn:aws:secretsmanager:${region}:${account}:secret:redshift!${warehouse ?? ''}-*` }));
}
