import { runtimeFailure } from '../../../../../../local/cloud/engines/states/failure';
import { fillTemplate } from '../../../../../../local/cloud/engines/states/payload-template';

const SOURCES = { input: { flagged: 7, vals: [0, 10, 20, 30, 40, 50] }, context: { DayOfWeek: 'TUESDAY' }, random: () => 0 };

describe('fillTemplate', () => {
  test('replaces the dynamic fields of the example in the specification', () => {
    const template = {
      flagged: true,
      parts: { 'first.$': '$.vals[0]', 'last3.$': '$.vals[-3:]' },
      'weekday.$': '$$.DayOfWeek',
      'formattedOutput.$': "States.Format('Today is {}', $$.DayOfWeek)",
    };

    expect(fillTemplate(template, SOURCES)).toEqual({
      flagged: true,
      parts: { first: 0, last3: [30, 40, 50] },
      weekday: 'TUESDAY',
      formattedOutput: 'Today is TUESDAY',
    });
  });

  test('fills objects inside arrays and leaves strings that only look like paths', () => {
    expect(fillTemplate({ list: [{ 'x.$': '$.flagged' }, '$.flagged'], plain: '$.flagged' }, SOURCES)).toEqual({ list: [{ x: 7 }, '$.flagged'], plain: '$.flagged' });
  });

  test.each([
    ['the input', '$.absent', `{"flagged":7,"vals":[0,10,20,30,40,50]}`],
    ['the context object', '$$.absent', `{"DayOfWeek":"TUESDAY"}`],
  ])('fails the execution when a path finds nothing in %s', (_case, path, searched) => {
    expect(() => fillTemplate({ a: { 'x.$': path } }, SOURCES)).toThrow(
      runtimeFailure(`The JSONPath '${path}' specified for the field 'x.$' could not be found in the input '${searched}'`),
    );
  });
});
