import { FaultPlan } from '../../../../local/cloud/gateway/faults';
import { PermissionLedger } from '../../../../local/cloud/gateway/iam/permission-ledger';
import { parsePolicy } from '../../../../local/cloud/gateway/iam/parse-policy';
import { CommandRules } from '../../../../local/rehearsal/command-rules';

const COPIER = 'arn:aws:iam::111111111111:role/copier';

/** A cloud with one role, which may copy snapshots and do anything with keys' data. */
function cloud() {
  const ledger = new PermissionLedger();
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['rds:CopyDBClusterSnapshot', 'kms:GenerateDataKey*'], Resource: '*' }] };
  ledger.declare([parsePolicy({ kind: 'identity', holder: COPIER, name: 'work', document })]);
  return { faults: new FaultPlan(), services: { authorizer: { ledger, refusals: [], deny: () => () => undefined } } };
}

const copy = { service: 'rds', operation: 'CopyDBClusterSnapshot', account: '111111111111', region: 'eu-west-1', caller: 'copier' };

test('names a fault that no call has met', () => {
  const there = cloud();
  const rules = new CommandRules(there, { faults: ['rds:CopyDBClusterSnapshot#2=throttle', 'rds:CopyDBClusterSnapshot=throttle', 'rds:NoSuchCall=kill'], denials: [] });
  there.faults.next(copy);

  expect(rules.idle()).toEqual(['rds:CopyDBClusterSnapshot#2=throttle', 'rds:NoSuchCall=kill']);
});

test.each([
  ['an action that the role does not hold', 'copier=rds:DeleteDBCluster'],
  ['a role that does not exist', 'carrier=rds:CopyDBClusterSnapshot'],
])('names a denial of %s', (_case, denial) => {
  expect(new CommandRules(cloud(), { faults: [], denials: [denial] }).idle()).toEqual([denial]);
});

test.each([
  ['an action', 'copier=rds:CopyDBClusterSnapshot'],
  ['a pattern that takes one in', 'copier=rds:Copy*'],
  ['one that the policy has by a pattern', 'cop*=kms:GenerateDataKeyWithoutPlaintext'],
])('is content with a denial of %s', (_case, denial) => {
  expect(new CommandRules(cloud(), { faults: [], denials: [denial] }).idle()).toEqual([]);
});
