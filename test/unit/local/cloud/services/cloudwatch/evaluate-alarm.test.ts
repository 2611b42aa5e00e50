import { evaluateAlarm, type AlarmRule } from '../../../../../../local/cloud/services/cloudwatch/evaluate-alarm';

const BREACHING = 9;
const FINE = 1;

/** `0` is within the threshold, `X` breaches it, `-` is missing; the newest is on the right. */
function range(notation: string) {
  return notation.split(' ').map((token, index) => ({ atMs: index * 60_000, value: { '0': FINE, X: BREACHING }[token] }));
}

/** The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html; no state stands for "retain current state". */
describe('evaluateAlarm', () => {
  const rule = (more: Partial<AlarmRule>): AlarmRule => ({ evaluationPeriods: 3, datapointsToAlarm: 3, threshold: 5, comparison: 'GreaterThanThreshold', treatMissingData: 'missing', ...more });
  const states = (datapointsToAlarm: number, notation: string) =>
    (['missing', 'ignore', 'breaching', 'notBreaching'] as const).map((treatMissingData) => evaluateAlarm(rule({ datapointsToAlarm, treatMissingData }), range(notation)).state);

  it.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', ['INSUFFICIENT_DATA', undefined, 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', undefined, 'ALARM', 'OK']],
    ['- - - X -', [undefined, undefined, 'ALARM', 'OK']],
    ['- - - - X', [undefined, undefined, 'ALARM', 'OK']],
  ])('decides as documented about three of three: %s', (notation, expected) => {
    expect(states(3, notation)).toEqual(expected);
  });

  it.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', undefined, 'ALARM', 'OK']],
  ])('decides as documented about two of three: %s', (notation, expected) => {
    expect(states(2, notation)).toEqual(expected);
  });

  it.each([
    ['GreaterThanThreshold', 5, 'OK'],
    ['GreaterThanOrEqualToThreshold', 5, 'ALARM'],
    ['LessThanThreshold', 5, 'OK'],
    ['LessThanOrEqualToThreshold', 5, 'ALARM'],
    ['GreaterThanThreshold', 5.1, 'ALARM'],
    ['LessThanThreshold', 4.9, 'ALARM'],
  ] as const)('compares by %s with %d', (comparison, value, expected) => {
    expect(evaluateAlarm(rule({ evaluationPeriods: 1, datapointsToAlarm: 1, comparison }), [{ atMs: 0, value }]).state).toBe(expected);
  });
});
