import { at, exampleAssembly, placeOf, SYNTHESIS_LIMIT_MS, type DeclaredResource, type ExampleAssembly } from '../support/example-assembly';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, with a fifth to spare. */
const ENVIRONMENT_LIMIT_BYTES = 4_096 * 0.8;
const LONGEST_TIMEOUT_SECONDS = 900;

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

const functions = () => app.resources('AWS::Lambda::Function');
const offenders = (isRight: (resource: DeclaredResource) => boolean, among = functions()) => among.filter((resource) => !isRight(resource)).map(placeOf);
const refers = (value: unknown, id: string) => JSON.stringify(value ?? null).includes(`"${id}"`);

describe('every function', () => {
  test('runs the Node that the tests run, on ARM, traced', () => {
    expect(functions().length).toBeGreaterThan(0);
    expect(offenders((resource) => at(resource, 'Runtime') === 'nodejs24.x' && at(resource, 'Architectures.0') === 'arm64' && at(resource, 'TracingConfig.Mode') === 'Active')).toEqual([]);
  });

  test('writes JSON to a log of its own, which is encrypted and kept for a while', () => {
    const logs = app.resources('AWS::Logs::LogGroup');
    expect(
      offenders((resource) => {
        const own = logs.find((log) => log.stack === resource.stack && refers(at(resource, 'LoggingConfig.LogGroup'), log.id));
        return at(resource, 'LoggingConfig.LogFormat') === 'JSON' && Number(own?.Properties.RetentionInDays) > 0 && own?.Properties.KmsKeyId !== undefined;
      }),
    ).toEqual([]);
  });

  test('has a name, a description, a role of the same name and a time limit', () => {
    const roles = app.resources('AWS::IAM::Role');
    expect(
      offenders(({ stack, Properties }) => {
        const role = roles.find((candidate) => candidate.stack === stack && refers(Properties.Role, candidate.id));
        return Boolean(Properties.Description) && role?.Properties.RoleName === Properties.FunctionName && Number(Properties.Timeout) <= LONGEST_TIMEOUT_SECONDS;
      }),
    ).toEqual([]);
  });

  test('has an environment that stays under the limit and holds no secret', () => {
    const variables = (resource: DeclaredResource) => JSON.stringify(at(resource, 'Environment.Variables') ?? {});
    expect(offenders((resource) => Buffer.byteLength(variables(resource)) < ENVIRONMENT_LIMIT_BYTES)).toEqual([]);
    expect(offenders((resource) => !/resolve:secretsmanager|resolve:ssm-secure|"[A-Z_]*PASSWORD"/.test(variables(resource)))).toEqual([]);
  });
});

test('every schedule keeps what it could not deliver', () => {
  expect(offenders((schedule) => at(schedule, 'Target.DeadLetterConfig.Arn') !== undefined, app.resources('AWS::Scheduler::Schedule'))).toEqual([]);
});

test('what fails in a function that events invoke is kept, or wakes somebody', () => {
  // A rule that follows an alarm needs nobody else to tell: the alarm has told people already.
  const followsAlarm = ({ Properties }: DeclaredResource) => JSON.stringify(Properties.EventPattern ?? null).includes('CloudWatch Alarm State Change');
  const invokers = app.resources('AWS::SNS::Subscription', 'AWS::Events::Rule').filter((resource) => !followsAlarm(resource)).map(({ stack, Properties }) => ({ stack, text: JSON.stringify(Properties) }));
  const destinations = app.resources('AWS::Lambda::EventInvokeConfig');
  const alarms = app.resources('AWS::CloudWatch::Alarm').filter(({ Properties }) => JSON.stringify(Properties).includes('"Errors"'));
  const invoked = functions().filter(({ stack, id }) => invokers.some((invoker) => invoker.stack === stack && invoker.text.includes(`"${id}"`)));
  const isHeard = ({ stack, id, Properties }: DeclaredResource) =>
    Properties.DeadLetterConfig !== undefined ||
    destinations.some((config) => config.stack === stack && refers(config.Properties.FunctionName, id)) ||
    alarms.some((alarm) => alarm.stack === stack && refers(alarm.Properties, id));
  expect(offenders(isHeard, invoked)).toEqual([]);
});

test('every state machine is traced, logs everything and ends after a while', () => {
  const machines = app.resources('AWS::StepFunctions::StateMachine');
  const definition = ({ Properties }: DeclaredResource) => JSON.stringify(Properties.DefinitionString);
  expect(machines.length).toBeGreaterThan(0);
  expect(
    offenders((machine) => {
      const isSeen = at(machine, 'TracingConfiguration.Enabled') === true && at(machine, 'LoggingConfiguration.Level') === 'ALL';
      return isSeen && definition(machine).includes('\\"TimeoutSeconds\\"');
    }, machines),
  ).toEqual([]);
});

test('templates stay under the limits of CloudFormation', () => {
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, with a fifth to spare.
  const sizes = app.stacks.map(({ name, template }) => ({ name, resources: Object.keys(template.Resources).length, bytes: Buffer.byteLength(JSON.stringify(template)) }));
  expect(sizes.filter(({ resources, bytes }) => resources > 400 || bytes > 800_000)).toEqual([]);
});
