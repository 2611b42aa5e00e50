import type { Retrier } from '../../../../../../local/cloud/engines/states/definition';
import { StateFailure } from '../../../../../../local/cloud/engines/states/failure';
import { coversError, nextRetryDelayMs } from '../../../../../../local/cloud/engines/states/retry-policy';

const failure = (error: string, alias?: string) => new StateFailure(error, 'why', alias);

function delaysOf(retriers: readonly Retrier[], errors: readonly string[], random = () => 0.25): readonly (number | undefined)[] {
  const attempts = new Map<Retrier, number>();
  return errors.map((error) => nextRetryDelayMs(retriers, failure(error), attempts, random));
}

describe('coversError', () => {
  test.each([
    [['ErrorA'], 'ErrorA', true],
    [['ErrorA'], 'errora', false],
    [['ErrorA', 'ErrorB'], 'ErrorB', true],
    [['States.ALL'], 'ErrorA', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'ErrorA', true],
    [['States.TaskFailed'], 'States.TaskFailed', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.Timeout'], 'ErrorA', false],
  ])('%j and %s: %s', (errorEquals, error, outcome) => {
    expect(coversError(errorEquals, failure(error))).toBe(outcome);
  });

  test.each(['States.Timeout', 'States.HeartbeatTimeout', 'States.ALL'])('%s covers a missed heartbeat', (name) => {
    expect(coversError([name], failure('States.Timeout', 'States.HeartbeatTimeout'))).toBe(true);
  });

  test('covers an error without a name by States.ALL', () => {
    expect(coversError(['States.ALL'], new StateFailure(undefined, undefined))).toBe(true);
  });
});

describe('nextRetryDelayMs', () => {
  test('waits 1, 2 and 4 seconds where the definition says nothing, and then gives up', () => {
    expect(delaysOf([{ ErrorEquals: ['E'] }], ['E', 'E', 'E', 'E'])).toEqual([1000, 2000, 4000, undefined]);
  });

  test('counts each Retrier by itself, as in the example of the specification', () => {
    const retriers = [
      { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
      { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
    ];

    expect(delaysOf(retriers, ['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'])).toEqual([1000, 2000, 5000, undefined]);
  });

  test('lets the first Retrier that covers the error decide, even to give up', () => {
    expect(delaysOf([{ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }], ['E', 'F'])).toEqual([undefined, 1000]);
  });

  test('caps the delay at MaxDelaySeconds', () => {
    expect(delaysOf([{ ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 2, MaxDelaySeconds: 5 }], ['E', 'E', 'E'])).toEqual([3000, 5000, 5000]);
  });

  test('draws the delay between zero and the capped one with jitter', () => {
    expect(delaysOf([{ ErrorEquals: ['E'], IntervalSeconds: 2, MaxDelaySeconds: 3, JitterStrategy: 'FULL' }], ['E', 'E'])).toEqual([500, 750]);
  });

  test('draws nothing without jitter', () => {
    const random = () => {
      throw new Error('nothing was to be drawn');
    };

    expect(delaysOf([{ ErrorEquals: ['E'], JitterStrategy: 'NONE' }], ['E'], random)).toEqual([1000]);
  });

  test('does not retry what no Retrier covers', () => {
    expect(delaysOf([{ ErrorEquals: ['E'] }], ['F'])).toEqual([undefined]);
  });
});
