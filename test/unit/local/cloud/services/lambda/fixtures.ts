import { PutRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, type CreateFunctionCommandInput, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { writeZip } from '../../../../../../local/cloud/services/lambda/zip-archive';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { createServiceRole } from '../../../../../support/create-role';

export const place = { account: '111111111111', region: 'eu-west-1' };

export interface FunctionProps extends Partial<Omit<CreateFunctionCommandInput, 'FunctionName'>> {
  /** What the function's role may do, on all resources. */
  readonly actions?: readonly string[];
}

/** A cloud with functions, as the tests see it. */
export class FunctionBench {
  private constructor(
    readonly cloud: LocalCloud,
    readonly lambda: LambdaClient,
  ) {}

  static async open(): Promise<FunctionBench> {
    const cloud = await LocalCloud.start();
    return new FunctionBench(cloud, cloud.client(LambdaClient, place));
  }

  /** Creates a function from its source, with a role called the same, and waits until it can be invoked. */
  async create(name: string, source: string, { actions = [], ...props }: FunctionProps = {}): Promise<string> {
    const Role = props.Role ?? (await createServiceRole(this.cloud, place, 'lambda.amazonaws.com', actions, name));
    const { FunctionArn } = await this.lambda.send(
      new CreateFunctionCommand({ FunctionName: name, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 20, MemorySize: 256, Code: { ZipFile: archive(source) }, ...props, Role }),
    );
    await this.cloud.clock.pass(props.VpcConfig ? 120_000 : 5_000);
    return FunctionArn!;
  }

  async invoke(FunctionName: string, event: unknown = {}, more: Partial<InvokeCommandInput> = {}) {
    const { Payload, FunctionError, LogResult, StatusCode, ExecutedVersion } = await this.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
    const text = Buffer.from(Payload ?? '').toString();
    return {
      answer: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
      error: FunctionError,
      log: Buffer.from(LogResult ?? '', 'base64').toString(),
      StatusCode,
      ExecutedVersion,
    };
  }

  /** Gives a role a further permission, on all resources. */
  async allow(RoleName: string, statement: { readonly Action: string; readonly Condition?: object }): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] });
    await this.cloud.client(IAMClient, place).send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument }));
  }

  /** How often an operation was called, by whom and with what outcome. */
  calls(service: string, operation: string): readonly { readonly caller: string; readonly outcome: string }[] {
    return this.cloud.calls
      .all()
      .filter((call) => call.service === service && call.operation === operation)
      .map(({ caller, outcome }) => ({ caller, outcome }));
  }
}

export function archive(source: string, path = 'index.js'): Buffer {
  return writeZip([{ path, content: Buffer.from(source) }]);
}

/** Polls until the condition holds; fails after ten seconds. */
export async function eventually<T>(look: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
