import validate from 'asl-validator';
import { createRequire } from 'node:module';
import { validateDefinition } from '../../../../../../local/cloud/engines/states/definition-validator';
import { FUNCTION_ARN, INVOKE, machineOf } from '../../../../../support/run-state-machine';

const END = { Type: 'Succeed' };
const pass = (fields: object = {}) => ({ Type: 'Pass', End: true, ...fields });
const task = (fields: object = {}) => ({ Type: 'Task', Resource: INVOKE, End: true, ...fields });
const map = (fields: object = {}) => ({ Type: 'Map', End: true, ItemProcessor: machineOf({ Item: pass() }), ...fields });

const GOOD: readonly [string, object][] = [
  ['a task with all handlers', machineOf({ A: task({ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: END })],
  ['a function by its ARN', machineOf({ A: task({ Resource: FUNCTION_ARN }) })],
  ['a choice', machineOf({ A: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'B' }], Default: 'B' }, B: END })],
  ['branches and items', machineOf({ A: { Type: 'Parallel', Next: 'M', Branches: [machineOf({ B: pass() })] }, M: map() })],
  ['JSONata', machineOf({ A: pass({ Output: '{% $states.input.a %}' }) }, { QueryLanguage: 'JSONata' })],
];

const BAD: readonly [string, object][] = [
  ['nothing at all', {}],
  ['a list of states', { StartAt: 'A', States: [] }],
  ['a type that does not exist', machineOf({ A: { Type: 'Loop', End: true } })],
  ['a task without a resource', machineOf({ A: { Type: 'Task', End: true } })],
  ['a resource that is no ARN', machineOf({ A: task({ Resource: 'somewhere' }) })],
  ['a path that cannot be read', machineOf({ A: pass({ InputPath: '$.a[' }) })],
  ['a place to write to that is many', machineOf({ A: pass({ ResultPath: '$.a[*]' }) })],
  ['two faults of the schema', machineOf({ A: pass({ InputPath: 1 }), B: task({ TimeoutSeconds: 'x' }) })],
  ['JSONata that cannot be read', machineOf({ A: pass({ Output: '{% $( %}' }) }, { QueryLanguage: 'JSONata' })],
  ['a transition to nowhere', machineOf({ A: { Type: 'Pass', Next: 'B' } })],
  ['a state that neither ends nor goes on', machineOf({ A: { Type: 'Pass' } })],
  ['a state that ends and goes on', machineOf({ A: pass({ Next: 'B' }), B: END })],
  ['the same name twice', machineOf({ A: { Type: 'Parallel', End: true, Branches: [machineOf({ B: pass() }), machineOf({ B: pass() })] } })],
  ['a map without a processor', machineOf({ A: { Type: 'Map', End: true } })],
  ['two durations', machineOf({ A: { Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true } })],
];

/** The answer in all that can be compared. */
function answerOf({ isValid, errors }: ReturnType<typeof validate>): unknown {
  return JSON.parse(JSON.stringify({ isValid, errors }));
}

describe('validateDefinition', () => {
  test.each([...GOOD, ...BAD])('answers as asl-validator itself: %s', (_case, definition) => {
    const own = validate(structuredClone(definition));

    expect(answerOf(validateDefinition(structuredClone(definition)))).toEqual(answerOf(own));
  });

  test.each(GOOD)('accepts %s', (_case, definition) => {
    expect(validateDefinition(structuredClone(definition)).isValid).toBe(true);
  });

  test.each(BAD)('refuses %s', (_case, definition) => {
    expect(validateDefinition(structuredClone(definition)).isValid).toBe(false);
  });

  test('compiles the schema once, however many definitions it is asked about', () => {
    jest.isolateModules(() => {
      const { Ajv } = createRequire(require.resolve('asl-validator'))('ajv') as { Ajv: { prototype: { addSchema: () => unknown } } };
      const added = jest.spyOn(Ajv.prototype, 'addSchema');
      // Another copy than the one above, which may have compiled it already.
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const fresh = require('../../../../../../local/cloud/engines/states/definition-validator') as { validateDefinition: typeof validateDefinition };
      const schemasOf = () => added.mock.calls.flat().filter((schema) => Array.isArray(schema)).length;

      for (const [, definition] of [...GOOD, ...BAD]) fresh.validateDefinition(structuredClone(definition));

      expect(schemasOf()).toBe(1);
    });
  });
});
