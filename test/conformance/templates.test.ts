import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { exampleAssembly, placeOf, SYNTHESIS_LIMIT_MS, type DeclaredResource, type ExampleAssembly } from '../support/example-assembly';

const run = promisify(execFile);
const hasCfnLint = spawnSync('cfn-lint', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasCfnLint) process.stderr.write('\nSKIPPED: cfn-lint is not installed, so the templates were NOT read by it.\n\n');

/** Findings of cfn-lint that are no faults here. */
const ACKNOWLEDGED = [
  // CDK writes DependsOn for the policy of a role, and the role with it, which a reference to the role says as well.
  'W3005',
  // Engines are named by their major version, for which RDS takes the minor that is current.
  'W3691',
];

interface AslValidation {
  readonly isValid: boolean;
  readonly errorsText: (separator?: string) => string;
}

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

test(
  `cfn-lint finds nothing in any template${hasCfnLint ? '' : ' (SKIPPED, not installed)'}`,
  async () => {
    if (!hasCfnLint) return;
    const templates = readdirSync(app.directory).filter((name) => name.endsWith('.template.json')).map((name) => path.join(app.directory, name));
    const answer = await run('cfn-lint', ['--format', 'json', '--ignore-checks', ...ACKNOWLEDGED, '--', ...templates], { maxBuffer: 64 * 2 ** 20 }).catch((error: { stdout: string }) => error);
    const found = JSON.parse(answer.stdout || '[]') as { Rule: { Id: string }; Message: string; Filename: string }[];

    expect(templates.length).toBe(app.stacks.length);
    expect(found.map(({ Rule, Message, Filename }) => `${path.basename(Filename)}: ${Rule.Id} ${Message}`)).toEqual([]);
  },
  SYNTHESIS_LIMIT_MS,
);

test('asl-validator finds nothing in any state machine', () => {
  // The package has no types of its own.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const validate = require('asl-validator') as (definition: unknown) => AslValidation;
  const machines = app.resources('AWS::StepFunctions::StateMachine');

  expect(machines.length).toBeGreaterThan(0);
  expect(
    machines.flatMap((machine) => {
      const { isValid, errorsText } = validate(definitionOf(machine));
      return isValid ? [] : [`${placeOf(machine)}: ${errorsText('\n')}`];
    }),
  ).toEqual([]);
});

/** The definition with an ARN in place of each reference. */
function definitionOf({ Properties }: DeclaredResource): unknown {
  const { DefinitionString } = Properties as { DefinitionString: string | { 'Fn::Join': [string, unknown[]] } };
  const parts = typeof DefinitionString === 'string' ? [DefinitionString] : DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:eu-west-1:111111111111:function:referenced')).join(''));
}
