import type { Json } from '../../../../../../../local/cloud/engines/states/json';
import { machineOf, runMachine, secondsOf } from '../../../../../../support/run-state-machine';

const wait = (fields: object) => machineOf({ A: { Type: 'Wait', End: true, ...fields } });

describe('a Wait state', () => {
  test.each<[string, object, Json, number]>([
    ['Seconds', { Seconds: 90 }, {}, 90],
    ['no Seconds at all', { Seconds: 0 }, {}, 0],
    ['SecondsPath', { SecondsPath: '$.poll.seconds' }, { poll: { seconds: 30 } }, 30],
    ['SecondsPath of the selected input', { InputPath: '$.poll', SecondsPath: '$.seconds' }, { poll: { seconds: 30 } }, 30],
    ['SecondsPath of the context object', { SecondsPath: '$$.Execution.Input.s' }, { s: 7 }, 7],
    ['Timestamp', { Timestamp: '2026-03-14T01:00:00Z' }, {}, 3600],
    ['TimestampPath', { TimestampPath: '$.at' }, { at: '2026-03-14T02:00:05+01:00' }, 3605],
    ['a timestamp that is over', { Timestamp: '2026-03-13T23:59:59Z' }, {}, 0],
  ])('lasts as long as %s', async (_case, fields, input, seconds) => {
    const { run } = await runMachine(wait(fields), { input });

    expect(secondsOf(run.execution.history, 'WaitStateExited')).toEqual([seconds]);
  });

  test('passes on its input, selected by InputPath and OutputPath', async () => {
    expect(await runMachine(wait({ Seconds: 1, InputPath: '$.a', OutputPath: '$.b' }), { input: { a: { b: 2 } } })).toMatchObject({ output: '2' });
  });

  test.each<[string, object, Json, string]>([
    ['an absent SecondsPath', { SecondsPath: '$.s' }, {}, 'The SecondsPath parameter does not reference an input value: $.s'],
    ['part of a second', { SecondsPath: '$.s' }, { s: 1.5 }, 'The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5'],
    ['a text for seconds', { SecondsPath: '$.s' }, { s: '5' }, 'The SecondsPath parameter cannot be parsed as a long value: $.s == 5'],
    ['negative seconds', { SecondsPath: '$.s' }, { s: -1 }, 'The SecondsPath parameter references a negative value: $.s == -1'],
    ['too many seconds', { SecondsPath: '$.s' }, { s: 100_000_000 }, 'Wait state delay is too long.'],
    [
      'no timestamp',
      { TimestampPath: '$.t' },
      { t: '2016-12-05 21:29:29Z' },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2016-12-05 21:29:29Z',
    ],
    [
      'a number for a timestamp',
      { TimestampPath: '$.t' },
      { t: 5 },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 5',
    ],
  ])('fails the execution for %s', async (_case, fields, input, reason) => {
    expect(await runMachine(wait(fields), { input })).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). ${reason}`,
    });
  });
});
