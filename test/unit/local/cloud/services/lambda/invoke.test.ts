import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { buildSync } from 'esbuild';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { createFunction, place, reader } from './fixtures';

const WHO_AM_I = `
  import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
  const sts = new STSClient({});
  export const handler = async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn;
`;

describe('a function invoked through the API', () => {
  let cloud: LocalCloud;
  let lambda: LambdaClient;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    lambda = cloud.client(LambdaClient, place);
  });
  afterAll(() => cloud.stop());

  const invoke = async (FunctionName: string, event: unknown = {}) => {
    const { Payload, FunctionError, StatusCode } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    return { answer: reader(Payload), FunctionError, StatusCode };
  };

  it('calls AWS under the real host name, over TLS, as its own role', async () => {
    const { outputFiles } = buildSync({ stdin: { contents: WHO_AM_I, resolveDir: process.cwd() }, bundle: true, platform: 'node', write: false });
    await createFunction(cloud, 'who-am-i', outputFiles[0]!.text, { MemorySize: 256, Timeout: 30 });

    const { answer } = await invoke('who-am-i');

    expect(answer).toBe(`arn:aws:sts::${place.account}:assumed-role/who-am-i-role/who-am-i`);
    expect(cloud.defects).toEqual([]);
  });

  it('answers what the handler returns', async () => {
    await createFunction(cloud, 'echo', 'exports.handler = async (event) => ({ got: event });');

    await expect(invoke('echo', { a: 1 })).resolves.toEqual({ answer: { got: { a: 1 } }, FunctionError: undefined, StatusCode: 200 });
  });
});
