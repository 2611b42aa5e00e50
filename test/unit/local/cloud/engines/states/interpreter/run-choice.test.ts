import { machineOf, outputOf, runMachine } from '../../../../../../support/run-state-machine';

const choice = (fields: object) =>
  machineOf({
    A: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 10, Next: 'Small' }, { Variable: '$.n', NumericLessThan: 100, Next: 'Medium' }], ...fields },
    Small: { Type: 'Pass', Result: 'small', ResultPath: '$.size', End: true },
    Medium: { Type: 'Pass', Result: 'medium', ResultPath: '$.size', End: true },
    Large: { Type: 'Pass', Result: 'large', ResultPath: '$.size', End: true },
  });

describe('a Choice state', () => {
  test.each([
    [5, 'small'],
    [10, 'medium'],
    [100, 'large'],
  ])('sends %i the way of %s, by its first rule that matches or by Default', async (n, size) => {
    expect(await outputOf(choice({ Default: 'Large' }), { input: { n } })).toEqual({ n, size });
  });

  test('decides by the selected input and passes on what OutputPath selects of it', async () => {
    expect(await outputOf(choice({ InputPath: '$.in', OutputPath: '$.out' }), { input: { in: { n: 1, out: { x: 1 } } } })).toEqual({ x: 1, size: 'small' });
  });

  test('fails the execution when no rule matches and there is no Default', async () => {
    expect(await runMachine(choice({}), { input: { n: 100 } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: "An error occurred while executing the state 'A' (entered at the event id #2). Failed to transition out of the state. The state does not point to a next state.",
    });
  });

  test('fails the execution when a variable is absent', async () => {
    expect(await runMachine(choice({ Default: 'Large' }))).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining("Invalid path '$.n'") as string });
  });
});

describe('a Succeed state', () => {
  test('ends the execution with its input', async () => {
    expect(await outputOf(machineOf({ A: { Type: 'Succeed' } }), { input: { a: 1 } })).toEqual({ a: 1 });
  });

  test('applies InputPath and OutputPath', async () => {
    expect(await outputOf(machineOf({ A: { Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' } }), { input: { a: { b: 2 } } })).toBe(2);
  });
});

describe('a Fail state', () => {
  test.each([
    ['its error and cause', { Error: 'E', Cause: 'why' }, { error: 'E', cause: 'why' }],
    ['error and cause of its input', { ErrorPath: '$.e', CausePath: '$.c' }, { error: 'FromInput', cause: 'because' }],
    ['a cause from the context object', { Error: 'E', CausePath: '$$.State.Name' }, { error: 'E', cause: 'A' }],
    ['what intrinsic functions make', { ErrorPath: "States.Format('Bad{}', 1)", CausePath: 'States.JsonToString($)' }, { error: 'Bad1', cause: '{"e":"FromInput","c":"because","n":1}' }],
  ])('fails the execution with %s', async (_case, fields, expected) => {
    expect(await runMachine(machineOf({ A: { Type: 'Fail', ...fields } }), { input: { e: 'FromInput', c: 'because', n: 1 } })).toMatchObject({ status: 'FAILED', ...expected });
  });

  test('may say nothing', async () => {
    const { error, cause } = await runMachine(machineOf({ A: { Type: 'Fail' } }));

    expect([error, cause]).toEqual([undefined, undefined]);
  });

  test.each([
    ['leads nowhere', { ErrorPath: '$.absent' }, "The JSONPath '$.absent' specified for the field 'ErrorPath' could not be found in the input '{\"n\":1}'"],
    ['yields no string', { CausePath: '$.n' }, 'The CausePath field must yield a string but yields 1: $.n'],
  ])('fails with States.Runtime when a path %s', async (_case, fields, reason) => {
    expect(await runMachine(machineOf({ A: { Type: 'Fail', ...fields } }), { input: { n: 1 } })).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). ${reason}`,
    });
  });
});
