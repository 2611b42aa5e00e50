import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetAliasCommand, GetFunctionCommand, GetFunctionEventInvokeConfigCommand, GetPolicyCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { CloudAssembly } from '../../../../../../local/cloud/deploy/cloud-assembly';
import { FunctionBench, place } from './fixtures';

const TRUST = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const WORK = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] };

describe('functions of a template', () => {
  let bench: FunctionBench;
  const asset = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
  beforeAll(async () => {
    bench = await FunctionBench.open();
    writeFileSync(path.join(asset, 'index.js'), 'exports.handler = async () => ({ from: __dirname, colour: process.env.COLOUR });');
    const assembly: CloudAssembly = {
      stacks: [
        {
          ...place,
          name: 'Stack',
          tags: {},
          template: {
            Resources: {
              Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST, Policies: [{ PolicyName: 'work', PolicyDocument: WORK }] } },
              Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
              Function: {
                Type: 'AWS::Lambda::Function',
                Properties: {
                  FunctionName: 'deployed',
                  Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
                  Handler: 'index.handler',
                  Runtime: 'nodejs24.x',
                  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
                  Environment: { Variables: { COLOUR: 'green' } },
                  LoggingConfig: { LogFormat: 'JSON' },
                  ReservedConcurrentExecutions: 5,
                  Tags: [{ Key: 'team', Value: 'data' }],
                },
              },
              Inline: {
                Type: 'AWS::Lambda::Function',
                Properties: { Code: { ZipFile: 'exports.handler = async () => "inline";' }, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
              },
              Permission: { Type: 'AWS::Lambda::Permission', Properties: { FunctionName: { Ref: 'Function' }, Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' } },
              Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
              Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Function' }, Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] } } },
              Events: {
                Type: 'AWS::Lambda::EventInvokeConfig',
                Properties: { FunctionName: { Ref: 'Function' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } },
              },
              Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Function' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, BatchSize: 5 } },
            },
            Outputs: { InlineName: { Value: { Ref: 'Inline' } }, AliasArn: { Value: { Ref: 'Alias' } } },
          },
        },
      ],
      assetDirectory: () => asset,
    };
    const [stack] = await bench.cloud.deploy(assembly);
    outputs = stack!.outputs;
  });
  afterAll(async () => {
    await bench.cloud.stop();
    rmSync(asset, { recursive: true });
  });
  let outputs: Readonly<Record<string, unknown>>;

  it('run a copy of their asset outside this repository', async () => {
    const { answer } = await bench.invoke('deployed');

    expect(answer).toEqual({ from: expect.stringMatching(/holdfast-processes-/) as string, colour: 'green' });
  });

  it('are as the template says', async () => {
    await expect(bench.lambda.send(new GetFunctionCommand({ FunctionName: 'deployed' }))).resolves.toMatchObject({
      Configuration: { State: 'Active', LoggingConfig: { LogFormat: 'JSON' }, Timeout: 3, MemorySize: 128 },
      Concurrency: { ReservedConcurrentExecutions: 5 },
      Tags: { team: 'data' },
    });
  });

  it('may have their code in the template', async () => {
    expect((await bench.invoke(outputs['InlineName'] as string)).answer).toBe('inline');
  });

  it('have permissions, versions, aliases, configurations of events and queues', async () => {
    expect((await bench.lambda.send(new GetPolicyCommand({ FunctionName: 'deployed' }))).Policy).toContain('events.amazonaws.com');
    expect((await bench.lambda.send(new GetAliasCommand({ FunctionName: 'deployed', Name: 'live' }))).FunctionVersion).toBe('1');
    expect((await bench.invoke(outputs['AliasArn'] as string)).ExecutedVersion).toBe('1');
    expect(await bench.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'deployed' }))).toMatchObject({ MaximumRetryAttempts: 1 });
    expect((await bench.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'deployed' }))).EventSourceMappings).toMatchObject([{ State: 'Enabled', BatchSize: 5 }]);
    expect(bench.cloud.defects).toEqual([]);
  });
});
