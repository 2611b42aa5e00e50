import { CreateFunctionCommand, LambdaClient, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { writeZip } from '../../../../../../local/cloud/services/lambda/zip-archive';
import type { LocalCloud } from '../../../../../../local/cloud/local-cloud';

export const place = { account: '111111111111', region: 'eu-west-1' };

/** A role that Lambda can assume, with these statements. */
export async function createRole(cloud: LocalCloud, name: string, ...statements: object[]): Promise<string> {
  const iam = cloud.client(IAMClient, place);
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  if (statements.length > 0) {
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }));
  }
  return Role!.Arn!;
}

/** Creates a function from its source and waits until it can be invoked. */
export async function createFunction(cloud: LocalCloud, name: string, source: string, more: Partial<CreateFunctionCommandInput> = {}): Promise<string> {
  const created = await cloud.client(LambdaClient, place).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: more.Role ?? (await createRole(cloud, `${name}-role`)),
      Code: { ZipFile: writeZip([{ path: 'index.js', content: Buffer.from(source) }]) },
      ...more,
    }),
  );
  await cloud.clock.pass(more.VpcConfig ? 120_000 : 5_000);
  return created.FunctionArn!;
}

/** Invokes a function and reads its answer. */
export function reader(payload: Uint8Array | undefined): unknown {
  return payload === undefined ? undefined : JSON.parse(Buffer.from(payload).toString());
}
