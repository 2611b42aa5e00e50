import { createRehearsalProgram, type RehearsalOptions } from '../../../../local/rehearsal/command-line';

/** Reads the arguments of `npm start --`; throws what the user would be told. */
function read(...given: string[]): RehearsalOptions {
  let told = '';
  const program = createRehearsalProgram().exitOverride().configureOutput({ writeErr: (text) => (told += text), writeOut: (text) => (told += text) });
  try {
    return program.parse(given, { from: 'user' }).opts<RehearsalOptions>();
  } catch (error) {
    throw new Error(told, { cause: error });
  }
}

test.each([
  ['an option that does not exist', ['--frobnicate'], /unknown option '--frobnicate'/],
  ['an argument', ['aurora-restore'], /too many arguments/],
  ['a system that does not exist', ['--only', 'mainframe'], /--only mainframe: expected one of\s+\S+/],
  ['a scenario that does not exist', ['--only', 'aurora-restore/nothing'], /expected one of[^]*aurora-restore\/cross-account/],
  ['an environment that is not described', ['--environment', 'nowhere'], /"nowhere" is not allowed, expected one of .*example/],
  ['a fault without an effect', ['--fault', 'rds:CopyDBClusterSnapshot'], /expected SERVICE:OPERATION.*=EFFECT/],
  ['a fault with an effect that does not exist', ['--fault', 'rds:CopyDBClusterSnapshot=explode'], /"explode" is no effect; expected throttle \|/],
  ['a fault that counts from nought', ['--fault', 'rds:CopyDBClusterSnapshot#0=throttle'], /counts from 1/],
  ['a denial without an action', ['--deny', 'some-role'], /expected HOLDER=SERVICE:ACTION/],
  ['an option without its argument', ['--only'], /argument missing/],
])('refuses %s', (_case, given, message) => {
  expect(() => read(...given)).toThrow(message);
});

test('tells of every option when asked for help', () => {
  expect(() => read('--help')).toThrow(/--only[^]*--environment[^]*--fault[^]*--deny[^]*--list[^]*--report/);
});

test('takes several rules and keeps their order', () => {
  const { fault, deny } = read('--fault', 'rds:*=throttle', '--deny', 'a=rds:CopyDBClusterSnapshot', '--fault', 'kms:Decrypt#2=timeout');

  expect(fault).toEqual(['rds:*=throttle', 'kms:Decrypt#2=timeout']);
  expect(deny).toEqual(['a=rds:CopyDBClusterSnapshot']);
});
