import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { CancelRotateSecretCommand, CreateSecretCommand, DescribeSecretCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { eventually, FunctionBench, place } from '../lambda/fixtures';

const DAY = 86_400_000;
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('rotation of secrets', () => {
  let bench: FunctionBench;
  let secrets: SecretsManagerClient;
  const steps = new Map<string, string[]>();
  beforeAll(async () => {
    bench = await FunctionBench.open();
    secrets = bench.cloud.client(SecretsManagerClient, place);
    bench.cloud.services.compute.functions.onInvoked(({ functionName, result: { outcome } }) => {
      steps.set(functionName, [...(steps.get(functionName) ?? []), outcome.kind === 'response' ? (JSON.parse(outcome.body) as string) : outcome.kind]);
    });
  });
  afterAll(() => bench.cloud.stop());
  afterEach(() => expect(bench.cloud.defects).toEqual([]));

  const rotator = async (name: string, source: string, isAllowed = true) => {
    const arn = await bench.create(name, source);
    if (isAllowed) await bench.lambda.send(new AddPermissionCommand({ FunctionName: name, StatementId: 'rotation', Action: 'lambda:InvokeFunction', Principal: 'secretsmanager.amazonaws.com' }));
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'first' }));
    return arn;
  };
  const rotate = (SecretId: string, RotationLambdaARN: string) => secrets.send(new RotateSecretCommand({ SecretId, RotationLambdaARN, RotationRules: { AutomaticallyAfterDays: 30 } }));

  it('takes the function through four steps, at once and on schedule, until it is cancelled', async () => {
    const arn = await rotator('rotated', 'exports.handler = async ({ Step }) => Step;');
    const { VersionId } = await rotate('rotated', arn);
    await eventually(() => steps.get('rotated') ?? [], (seen) => seen.length >= 4);
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'rotated' }));
    await bench.cloud.clock.pass(31 * DAY);
    await eventually(() => steps.get('rotated') ?? [], (seen) => seen.length >= 8);
    await secrets.send(new CancelRotateSecretCommand({ SecretId: 'rotated' }));
    await bench.cloud.clock.pass(31 * DAY);

    expect(steps.get('rotated')).toEqual([...STEPS, ...STEPS]);
    expect(described).toMatchObject({ RotationEnabled: true, RotationLambdaARN: arn, VersionIdsToStages: { [VersionId!]: ['AWSPENDING'] } });
  });

  it('stops at the step that fails', async () => {
    const arn = await rotator('failing', "exports.handler = async ({ Step }) => { if (Step === 'setSecret') throw new Error('no'); return Step; };");
    await rotate('failing', arn);
    await eventually(() => steps.get('failing') ?? [], (seen) => seen.length >= 2);
    await bench.cloud.clock.pass(1000);

    expect(steps.get('failing')).toEqual(['createSecret', 'error']);
  });

  it('does nothing with a function that does not let Secrets Manager in', async () => {
    const arn = await rotator('closed', 'exports.handler = async ({ Step }) => Step;', false);
    await rotate('closed', arn);
    await eventually(() => bench.calls('lambda', 'Invoke'), (calls) => calls.some(({ outcome }) => outcome === 'AccessDeniedException'));

    expect(steps.get('closed')).toBeUndefined();
  });
});
