import { parseBackupRequest } from '../../../../lambda/redshift-backup/backup-event';

const SCOPE = { clusterIdentifier: 'sales', sourceAccount: '111111111111', targetAccount: '222222222222' };

describe('parseBackupRequest', () => {
  test.each([
    ['nothing', undefined],
    ['an empty event', {}],
    ['the documented event', { cluster_identifier: 'sales', target_account_id: '222222222222', retention_days: 7 }],
    ['the shortest retention', { retention_days: 1 }],
    ['the longest retention', { retention_days: 3653 }],
    ['a slot of the schedule', { scheduledTime: '2026-06-01T02:00:00Z' }],
  ])('accepts %s', (_case, event) => {
    expect(parseBackupRequest(event, SCOPE)).toEqual(event ?? {});
  });

  test.each([
    ['another cluster', { cluster_identifier: 'other' }, 'cluster_identifier: "other" is not allowed, expected "sales"'],
    ['a cluster name that Redshift refuses', { cluster_identifier: 'a--b' }, 'cluster_identifier: "a--b" is not allowed, expected 1 to 63 lower-case letters'],
    ['a malformed account', { target_account_id: '22' }, 'target_account_id: "22" is not allowed, expected an AWS account id of 12 digits'],
    ['the source as its own target', { target_account_id: '111111111111' }, 'is the source account itself, expected "222222222222"'],
    ['a third account', { target_account_id: '333333333333' }, 'target_account_id: "333333333333" is not allowed, expected "222222222222"'],
    ['a retention below the limit', { retention_days: 0 }, 'retention_days: 0 is not allowed, expected at least 1'],
    ['a retention above the limit', { retention_days: 3654 }, 'retention_days: 3654 is not allowed, expected at most 3653'],
    ['half a day', { retention_days: 0.5 }, 'retention_days: 0.5 is not allowed, expected a whole number from 1 to 3653'],
    ['an unknown field', { cluster: 'sales' }, 'cluster: unknown field'],
  ])('fails with InvalidInput for %s', (_case, event, message) => {
    expect(() => parseBackupRequest(event, SCOPE)).toThrow(message);
  });
});
