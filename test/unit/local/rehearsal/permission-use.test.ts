import { PermissionLedger } from '../../../../local/cloud/gateway/iam/permission-ledger';
import { permissionsOf } from '../../../../local/cloud/gateway/iam/permission';
import { parsePolicy } from '../../../../local/cloud/gateway/iam/parse-policy';
import { summarizeKeyStatements } from '../../../../local/rehearsal/key-statement-use';
import { summarizePermissions } from '../../../../local/rehearsal/permission-use';

const ROLE = 'arn:aws:iam::111111111111:role/orders-copier';
const KEY = 'alias/orders in eu-west-1 of 111111111111';

type Use = 'never' | 'beside another' | 'alone';

/** A ledger in which the actions of a policy, one a statement, were used like this. */
function ledgerOf(kind: 'identity' | 'key', holder: string, uses: Readonly<Record<string, Use>>): PermissionLedger {
  const ledger = new PermissionLedger();
  const Statement = Object.keys(uses).map((Action, index) => ({ Sid: `S${index + 1}`, Effect: 'Allow', Action, Resource: '*', ...(kind === 'key' && { Principal: '*' }) }));
  const policy = parsePolicy({ kind, holder, name: 'work', document: JSON.stringify({ Version: '2012-10-17', Statement }) });
  ledger.declare([policy]);
  for (const permission of permissionsOf([policy])) {
    const use = uses[permission.action];
    if (use !== 'never') ledger.record({ allowed: true, by: [{ ...permission, necessary: use === 'alone' }] });
  }
  return ledger;
}

const rules = { kindOf: (role: string) => role, unrehearsed: [{ role: 'copier', action: 'logs:*', because: 'AWS does so out of sight' }] };

describe('permissions of roles', () => {
  it('are all needed when each was once the only one that allowed a call', () => {
    const ledger = ledgerOf('identity', ROLE, { 'rds:CopyDBSnapshot': 'alone', 'kms:CreateGrant': 'alone' });

    expect(summarizePermissions(ledger, rules)).toEqual({ granted: 2, used: 2, unused: [], redundant: [], usedBy: { 'orders-copier': ['kms:CreateGrant', 'rds:CopyDBSnapshot'] } });
  });

  it('are named when nobody used them, or nobody would have missed them', () => {
    const ledger = ledgerOf('identity', ROLE, { 'rds:CopyDBSnapshot': 'never', 'kms:CreateGrant': 'beside another' });

    expect(summarizePermissions(ledger, rules)).toMatchObject({
      granted: 2,
      used: 1,
      unused: ['orders-copier: rds:CopyDBSnapshot (statement 1 of work)'],
      redundant: ['orders-copier: kms:CreateGrant (statement 2 of work)'],
    });
  });

  it('are excused where AWS needs them out of sight', () => {
    expect(summarizePermissions(ledgerOf('identity', ROLE, { 'logs:PutLogEvents': 'never' }), rules).unused).toEqual([]);
  });

  it('are not held in vain when a role of the same kind uses them', () => {
    const ledger = ledgerOf('identity', ROLE, { 'rds:CopyDBSnapshot': 'alone' });
    const other = 'arn:aws:iam::111111111111:role/catalog-copier';
    ledger.declare([parsePolicy({ kind: 'identity', holder: other, name: 'work', document: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'rds:CopyDBSnapshot', Resource: '*' }] }) })]);

    expect(summarizePermissions(ledger, { ...rules, kindOf: () => 'copier' }).unused).toEqual([]);
    expect(summarizePermissions(ledger, rules).unused).toHaveLength(1);
  });
});

describe('statements of key policies', () => {
  it('are named when they were of no use', () => {
    const ledger = ledgerOf('key', KEY, { 'kms:Decrypt': 'alone', 'kms:Encrypt': 'never', 'kms:GenerateDataKey': 'beside another' });

    expect(summarizeKeyStatements(ledger)).toEqual({ unused: [`${KEY}: statement S2`], redundant: [`${KEY}: statement S3`] });
  });

  it('count as used when one of their actions is', () => {
    const ledger = new PermissionLedger();
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'Logs', Effect: 'Allow', Principal: '*', Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: '*' }] });
    const policy = parsePolicy({ kind: 'key', holder: KEY, name: 'resource policy', document });
    ledger.declare([policy]);
    const [first] = permissionsOf([policy]);
    ledger.record({ allowed: true, by: [{ ...first!, necessary: true }] });

    expect(summarizeKeyStatements(ledger)).toEqual({ unused: [], redundant: [] });
  });
});
