import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exampleAssembly, ROOT, SYNTHESIS_LIMIT_MS, type ExampleAssembly } from '../support/example-assembly';

/** Errors that Step Functions, Lambda and the AWS SDK integrations name themselves. */
const OF_OTHERS = /^(States|Lambda|Runtime|Sandbox|Rds|Redshift|RedshiftData|Ecs|Sns|Sqs|DynamoDb|S3|Sfn|Backup|Kms|Ec2|Route53|SecretsManager|CloudWatch|Ssm)\./;

interface DeclaredError {
  readonly name: string;
  readonly disposition: string;
}

/** `static readonly errorName` of every class in `lambda/`, with what its caller should do. */
function declaredErrors(): readonly DeclaredError[] {
  const files = readdirSync(path.join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(path.join(ROOT, 'lambda', file), 'utf8');
    return [...text.matchAll(/static readonly errorName = '([^']+)'[^]*?disposition = '(\w+)'/g)].map(([, name = '', disposition = '']) => ({ name, disposition }));
  });
}

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

/** Every error that a state machine names, in a retry or a catch. */
function namedErrors(what: 'Retry' | 'Catch' | 'any'): readonly string[] {
  const key = what === 'any' ? '(?:Retry|Catch)' : what;
  return app.resources('AWS::StepFunctions::StateMachine').flatMap(({ Properties }) => {
    const { DefinitionString } = Properties as { DefinitionString: string | { 'Fn::Join': [string, unknown[]] } };
    const text = typeof DefinitionString === 'string' ? DefinitionString : DefinitionString['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'x')).join('');
    return [...text.matchAll(new RegExp(`"${key}":(\\[(?:[^\\[\\]]|\\[[^\\]]*\\])*\\])`, 'g'))].flatMap(([, rules = '[]']) => (JSON.parse(rules) as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals));
  });
}

test('every error that a state machine names is one that a function declares', () => {
  const declared = declaredErrors().map(({ name }) => name);
  expect(declared.length).toBeGreaterThan(10);
  expect([...new Set(namedErrors('any'))].filter((name) => !OF_OTHERS.test(name) && !declared.includes(name))).toEqual([]);
});

test('every error that waiting may help is waited for by some state machine, or taken another way', () => {
  const handled = new Set(namedErrors('any'));
  // A system whose state machines are not in the example environment cannot be judged.
  const systems = new Set([...handled].map((name) => name.split('.')[0]));
  const forgotten = declaredErrors().filter(({ name, disposition }) => disposition === 'retry' && systems.has(name.split('.')[0]) && !handled.has(name));
  expect(forgotten.map(({ name }) => name)).toEqual([]);
});

test('no two errors have one name', () => {
  const names = declaredErrors().map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
