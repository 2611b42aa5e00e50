import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalCloud } from '../../local/cloud/local-cloud';

/** A statement of a policy, as JSON has it. */
export interface StatementJson {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: object;
}

export function allow(Action: string | readonly string[], Resource: string | readonly string[] = '*', more: Partial<StatementJson> = {}): StatementJson {
  return { Effect: 'Allow', Action, Resource, ...more };
}

export function policyText(...statements: readonly StatementJson[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

type ClientClass<Client> = new (config: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string } }) => Client;

/** Somebody who has assumed a role. */
export interface ActingRole {
  readonly roleArn: string;
  client<Client>(clientClass: ClientClass<Client>, region: string): Client;
}

/** Creates a role with these permissions in the account, and assumes it. */
export async function actAs(cloud: LocalCloud, account: string, RoleName: string, statements: readonly StatementJson[]): Promise<ActingRole> {
  const place = { account, region: 'us-east-1' };
  const iam = cloud.client(IAMClient, place);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  if (statements.length > 0) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'permissions', PolicyDocument: policyText(...statements) }));
  const { Credentials } = await cloud.client(STSClient, place).send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: RoleName }));
  const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  return {
    roleArn: Role!.Arn!,
    client: (clientClass, region) => new clientClass({ region, endpoint: cloud.endpoint, credentials, forcePathStyle: true } as ConstructorParameters<typeof clientClass>[0]),
  };
}
