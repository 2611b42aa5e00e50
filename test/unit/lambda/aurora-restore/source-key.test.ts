import { sourceKeyObstacle } from '../../../../lambda/aurora-restore/source-key';
import type { KeySight } from '../../../../lambda/common/aws/keys';
import { SOURCE, TARGET } from './fixtures';

const OWNER = { Sid: 'Owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${SOURCE.account}:root` }, Action: 'kms:*', Resource: '*' };
const granting = (changes: object) => ({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${TARGET.account}:root` }, Action: 'kms:CreateGrant', Resource: '*', ...changes });

function obstacle(policy: unknown, sight: Partial<KeySight> = {}, account: string = TARGET.account) {
  const asked: string[] = [];
  const keys = { look: async () => ({ obstacle: undefined, isManagedByAws: false, ...sight }) };
  const ownersKeys = { policyOf: async (keyArn: string) => (asked.push(keyArn), JSON.stringify(policy)) };
  return sourceKeyObstacle(SOURCE.keyArn, { account, keys, ownersKeys }).then((found) => ({ found, asked }));
}

describe('sourceKeyObstacle', () => {
  test.each<[string, object]>([
    ['for AWS’s services, as AWS documents it', granting({ Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'], Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } })],
    ['for RDS only', granting({ Condition: { StringEquals: { 'kms:ViaService': 'rds.ap-southeast-2.amazonaws.com' } } })],
    ['by its number', granting({ Principal: { AWS: ['999999999999', TARGET.account] } })],
    ['by one of its roles', granting({ Principal: { AWS: `arn:aws:iam::${TARGET.account}:role/aurora-restore-orders-refresh-copy-snapshot` } })],
    ['as everybody in its organisation', granting({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
    ['by a pattern', granting({ Action: 'KMS:Create*' })],
    ['by what it may not do', granting({ Action: undefined, NotAction: 'kms:Decrypt' })],
  ])('finds none where the policy lets the account grant %s', async (_case, statement) => {
    expect(await obstacle({ Statement: [OWNER, statement] })).toEqual({ found: undefined, asked: [SOURCE.keyArn] });
  });

  test.each<[string, object[]]>([
    ['says nothing of the account', [OWNER]],
    ['lets another account', [OWNER, granting({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } })]],
    ['lets a service', [OWNER, granting({ Principal: { Service: 'rds.amazonaws.com' } })]],
    ['lets it do everything else', [OWNER, granting({ Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Create'] })]],
    ['refuses it', [OWNER, granting({ Effect: 'Deny' })]],
  ])('names the permission where the policy %s', async (_case, Statement) => {
    expect((await obstacle({ Statement })).found).toBe(`key ${SOURCE.keyArn}: its policy does not allow account ${TARGET.account} kms:CreateGrant`);
  });

  it('leaves the account that owns the key to its own policies', async () => {
    expect((await obstacle({ Statement: OWNER }, {}, SOURCE.account)).found).toBeUndefined();
  });

  it('reads no policy of a key that cannot be used or that AWS manages', async () => {
    expect(await obstacle({}, { obstacle: 'key is PendingDeletion, not Enabled' })).toEqual({ found: 'key is PendingDeletion, not Enabled', asked: [] });
    expect(await obstacle({}, { isManagedByAws: true })).toEqual({ found: undefined, asked: [] });
  });
});
