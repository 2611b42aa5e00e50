import type { CommanderError } from 'commander';
import { createProgram } from '../../../bin/command-line/create-program';
import { FakeOperator } from '../../support/fake-operator';

/** Gives a command; rejects with what commander would exit with. */
async function give(line: string): Promise<{ operator: FakeOperator; errors: string }> {
  const operator = new FakeOperator();
  let errors = '';
  const program = createProgram(() => operator);
  for (const command of [program, ...program.commands.flatMap((system) => [system, ...system.commands])]) {
    command.exitOverride().configureOutput({ writeErr: (text) => (errors += text), writeOut: () => undefined });
  }
  try {
    await program.parseAsync(line.split(' '), { from: 'user' });
  } catch (error) {
    throw new Error(errors || (error as CommanderError).message, { cause: error });
  }
  return { operator, errors };
}

describe('the command line', () => {
  const profile = process.env.AWS_PROFILE;
  afterEach(() => {
    if (profile === undefined) delete process.env.AWS_PROFILE;
    else process.env.AWS_PROFILE = profile;
  });

  test.each([
    ['an unknown command', 'restore frobnicate', /unknown command 'frobnicate'/],
    ['an unknown option', 'restore list --force', /unknown option '--force'/],
    ['a missing argument', 'restore plan', /missing required argument 'pipeline'/],
    ['an argument too many', 'restore list orders', /too many arguments/],
    ['a value that is not among the choices', 'restore start orders-refresh --on-failure explode', /Allowed choices are remove, keep/],
    ['a user that does not exist', 'restore query orders-refresh select --as root', /Allowed choices are application, read-only/],
    ['a pause that is none', 'restore list --look-every 0', /look-every: "0" is not allowed, expected 0.1 to 3600 seconds/],
    ['a demonstration with an impossible name', 'warehouse demo warehouse --source-profile a --target-profile b --snapshot no--such', /snapshot: "no--such" is not allowed/],
    ['a reason that Redshift would refuse as a tag', 'warehouse hold warehouse copy --reason late,lost', /reason: "late,lost" is not allowed, expected up to 256 letters/],
    ['a snapshot that is to be kept too long', 'warehouse snapshot warehouse --days 4000', /days: "4000" is not allowed, expected a whole number from 1 to 3653/],
    ['a snapshot to share that Redshift would not take', 'warehouse share warehouse no--such', /snapshot: "no--such" is not allowed, expected letters/],
    ['a snapshot to revoke that Redshift would not take', 'warehouse revoke warehouse no--such', /snapshot: "no--such" is not allowed/],
    ['a snapshot to restore that Redshift would not take', 'warehouse restore warehouse no--such', /snapshot: "no--such" is not allowed/],
    ['a snapshot to hold that Redshift would not take', 'warehouse hold warehouse no--such --reason audit', /snapshot: "no--such" is not allowed/],
    ['a snapshot to release that Redshift would not take', 'warehouse release warehouse no--such', /snapshot: "no--such" is not allowed/],
    ['a copy to release that Redshift would not take', 'warehouse release-request warehouse no--such --reason audit', /snapshot: "no--such" is not allowed/],
    ['a release of what Redshift would not take', 'warehouse release-approve warehouse no--such token', /snapshot: "no--such" is not allowed/],
    ['a cluster to restore to that Redshift would not take', 'warehouse restore warehouse snap --cluster Upper', /cluster: "Upper" is not allowed, expected 2 to 63 lower-case letters/],
    ['nodes that are no number', 'warehouse restore warehouse snap --nodes two', /nodes: "two" is not allowed, expected a whole number from 1 to 1024/],
    ['no nodes', 'warehouse restore warehouse snap --nodes 0', /nodes: "0" is not allowed/],
    ['a node type that is none', 'warehouse restore warehouse snap --node-type large', /node-type: "large" is not allowed, expected a node type such as ra3.xlplus/],
    ['a security group that is none', 'warehouse restore warehouse snap --security-group default', /security-group: "default" is not allowed, expected a security group id/],
    ['a backup that is to be kept too long', 'warehouse backup warehouse --retention-days 4000', /retention-days: "4000" is not allowed, expected a whole number from 1 to 3653/],
    ['a backup that is to be kept for no day', 'warehouse backup warehouse --retention-days 0.5', /retention-days: "0.5" is not allowed/],
    ['a slot that is no time', 'warehouse backup warehouse --slot yesterday', /slot: "yesterday" is not allowed, expected an ISO 8601 time in UTC/],
    ['a slot on a day that there is not', 'warehouse backup warehouse --slot 2026-02-30T02:00:00Z', /slot: "2026-02-30T02:00:00Z" is not allowed/],
    ['a proof of what Redshift would not take', 'warehouse prove warehouse --snapshot no--such', /snapshot: "no--such" is not allowed/],
    ['a pipeline that does not exist', 'restore status nothing', /pipeline: "nothing" is not allowed, expected one of .*orders-refresh/],
  ])('refuses %s', async (_case, line, message) => {
    await expect(give(line)).rejects.toThrow(message);
  });

  test('lists the pipelines of the deployment', async () => {
    const { operator } = await give('restore list');

    expect(operator.answers[0]!.lines.join('\n')).toMatch(/orders-refresh +orders \(production, ap-southeast-2\) +orders-staging \(staging, us-west-2\)/);
  });

  test('acts as the profile wherever the option stands', async () => {
    await give('restore list --profile staging');

    expect(process.env.AWS_PROFILE).toBe('staging');
  });
});
