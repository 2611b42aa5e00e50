import type { KeyGrant } from '../../../../../../../local/cloud/gateway/iam/kms-grants';
import { allow, deny, HOME, KEY, policy, root, service, session, STRANGER, user, VISITOR } from '../fixtures';
import { scenario, type Scenario } from './scenario';

const WORKER = `arn:aws:iam::${HOME}:role/worker`;
const decrypt = { action: 'kms:Decrypt', resource: KEY };
const using = policy('identity', [allow('kms:*', KEY)]);
const keyFor = (principal: unknown, more: object = {}) => policy('key', [allow('kms:*', '*', { Principal: principal, ...more })]);
const enablesIam = keyFor({ AWS: `arn:aws:iam::${HOME}:root` });
const visitor = session('visitor', { account: VISITOR });

/** https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html */
export const KEY_SCENARIOS: readonly Scenario[] = [
  scenario('a key policy that enables IAM policies, and one that allows', decrypt, { identity: [using], resource: enablesIam }, 'allowed'),
  scenario('a key policy that enables IAM policies, and none that allows', decrypt, { resource: enablesIam }, 'no identity'),
  scenario('a key policy that does not enable IAM policies', decrypt, { identity: [using], resource: keyFor({ AWS: `arn:aws:iam::${HOME}:role/keeper` }) }, 'no key'),
  scenario('a key policy that names the role needs no more', decrypt, { resource: keyFor({ AWS: WORKER }) }, 'allowed'),
  scenario('the root user needs the key policy too', { ...decrypt, principal: root() }, { resource: keyFor({ AWS: WORKER }) }, 'no key'),
  scenario('the root user is enabled with the account', { ...decrypt, principal: root() }, { resource: enablesIam }, 'allowed'),
  scenario('an IAM policy may deny what the key policy allows', decrypt, { identity: [policy('identity', [deny('kms:Decrypt', '*')])], resource: keyFor({ AWS: WORKER }) }, 'denied by identity'),
  scenario(
    'a key policy denies',
    decrypt,
    { identity: [using], resource: policy('key', [allow('kms:*', '*', { Principal: '*' }), deny('kms:Decrypt', '*', { Principal: '*' })]) },
    'denied by key',
  ),
  scenario('from another account, both allow', { ...decrypt, principal: visitor }, { identity: [using], resource: keyFor({ AWS: VISITOR }) }, 'allowed'),
  scenario('from another account, only the key policy', { ...decrypt, principal: visitor }, { resource: keyFor({ AWS: visitor.roleArn }) }, 'no identity'),
  scenario('from another account, only the identity', { ...decrypt, principal: visitor }, { identity: [using], resource: enablesIam }, 'no key'),
  scenario(
    'from another account, an operation that never works from there',
    { action: 'kms:ScheduleKeyDeletion', resource: KEY, principal: visitor },
    { identity: [using], resource: keyFor({ AWS: VISITOR }) },
    'no key',
  ),
  scenario('the same operation at home', { action: 'kms:ScheduleKeyDeletion', resource: KEY }, { identity: [using], resource: enablesIam }, 'allowed'),
  scenario(
    'a key for everyone in the account through one service, through that service',
    { ...decrypt, viaServices: ['rds.amazonaws.com'] },
    { resource: keyFor({ AWS: '*' }, viaRds()) },
    'allowed',
  ),
  scenario('a key for everyone in the account through one service, directly', decrypt, { resource: keyFor({ AWS: '*' }, viaRds()) }, 'no key'),
  scenario(
    'a key for everyone in the account through one service, from another account',
    { ...decrypt, principal: session('admin', { account: STRANGER }), viaServices: ['rds.amazonaws.com'] },
    { identity: [using], resource: keyFor({ AWS: '*' }, viaRds()) },
    'no key',
  ),
];

/** The policy that keys such as aws/rds have: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
function viaRds(): object {
  return { Condition: { StringEquals: { 'kms:CallerAccount': HOME, 'kms:ViaService': 'rds.eu-west-1.amazonaws.com' } } };
}

function grant(differences: Partial<KeyGrant>): { readonly grants: readonly KeyGrant[]; readonly resource: ReturnType<typeof keyFor> } {
  return { grants: [{ id: 'grant-1', granteePrincipal: WORKER, operations: ['Decrypt', 'DescribeKey'], ...differences }], resource: keyFor({ AWS: `arn:aws:iam::${HOME}:role/keeper` }) };
}

const forOrders = { constraints: { encryptionContextSubset: { Table: 'orders' } } };
const forOrdersOfRun = { constraints: { encryptionContextSubset: { Table: 'orders', Run: '7' } } };
const onlyOrders = { constraints: { encryptionContextEquals: { Table: 'orders' } } };
const retire = { action: 'kms:RetireGrant', resource: KEY };

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export const GRANT_SCENARIOS: readonly Scenario[] = [
  scenario('a grant allows its operation to the grantee', decrypt, grant({}), 'allowed'),
  scenario('a grant does not allow other operations', { ...decrypt, action: 'kms:Encrypt' }, grant({}), 'no key'),
  scenario('a grant does not allow others', { ...decrypt, principal: user('ada') }, grant({}), 'no key'),
  scenario('a grant works across accounts without a policy there', { ...decrypt, principal: visitor }, grant({ granteePrincipal: visitor.roleArn }), 'allowed'),
  scenario('a grant for an account leaves the matter to its own policies', { ...decrypt, principal: visitor }, grant({ granteePrincipal: `arn:aws:iam::${VISITOR}:root` }), 'no identity'),
  scenario(
    'a grant for an account whose own policies allow',
    { ...decrypt, principal: visitor },
    { ...grant({ granteePrincipal: `arn:aws:iam::${VISITOR}:root` }), identity: [using] },
    'allowed',
  ),
  scenario('a grant for a service', { ...decrypt, principal: service('rds.amazonaws.com') }, grant({ granteePrincipal: 'rds.amazonaws.com' }), 'allowed'),
  scenario('a denial wins over a grant', decrypt, { ...grant({}), identity: [policy('identity', [deny('kms:*', '*')])] }, 'denied by identity'),
  scenario('a grant stays within the permissions boundary', decrypt, { ...grant({}), boundary: policy('boundary', [allow('s3:*', '*')]) }, 'no boundary'),
  scenario('a grant of a key that is not asked for', { action: 'kms:Decrypt', resource: KEY }, { grants: grant({}).grants }, 'no identity'),
  scenario('a constraint holds', { ...decrypt, context: { 'kms:EncryptionContext:Table': 'orders', 'kms:EncryptionContext:Run': '7' } }, grant(forOrders), 'allowed'),
  scenario('a constraint holds with its key in other capitals', { ...decrypt, context: { 'kms:EncryptionContext:table': 'orders' } }, grant(forOrders), 'allowed'),
  scenario('one pair of a constraint does not hold', { ...decrypt, context: { 'kms:EncryptionContext:Table': 'orders' } }, grant(forOrdersOfRun), 'no key'),
  scenario('a constraint does not hold', { ...decrypt, context: { 'kms:EncryptionContext:Table': 'Orders' } }, grant(forOrders), 'no key'),
  scenario('a constraint for the whole context holds', { ...decrypt, context: { 'kms:EncryptionContext:Table': 'orders' } }, grant(onlyOrders), 'allowed'),
  scenario(
    'a constraint for the whole context does not hold',
    { ...decrypt, context: { 'kms:EncryptionContext:Table': 'orders', 'kms:EncryptionContext:Run': '7' } },
    grant(onlyOrders),
    'no key',
  ),
  scenario('a constraint does not matter where there is no encryption context', { ...decrypt, action: 'kms:DescribeKey' }, grant(onlyOrders), 'allowed'),
  scenario(
    'a constraint on the source holds',
    { ...decrypt, context: { 'aws:SourceArn': `arn:aws:rds:eu-west-1:${HOME}:db:orders` } },
    grant({ constraints: { sourceArn: `arn:aws:rds:eu-west-1:${HOME}:db:orders` } }),
    'allowed',
  ),
  scenario(
    'a constraint on the source does not hold for another',
    { ...decrypt, context: { 'aws:SourceArn': `arn:aws:rds:eu-west-1:${HOME}:db:payroll` } },
    grant({ constraints: { sourceArn: `arn:aws:rds:eu-west-1:${HOME}:db:orders` } }),
    'no key',
  ),
  scenario('a constraint on the source does not hold without one', decrypt, grant({ constraints: { sourceArn: `arn:aws:rds:eu-west-1:${HOME}:db:orders` } }), 'no key'),
  scenario('the retiring principal retires', { ...retire, principal: user('ada') }, grant({ retiringPrincipal: user('ada').arn }), 'allowed'),
  scenario('the grantee does not retire', retire, grant({}), 'no identity'),
  scenario('the grantee retires when the grant says so', retire, grant({ operations: ['RetireGrant'] }), 'allowed'),
  scenario("the key's account retires with a policy of its own", retire, { ...grant({}), identity: [using] }, 'allowed'),
  scenario('the key policy has no say in retiring', { ...retire, principal: visitor }, { grants: [], resource: keyFor('*'), identity: [using] }, 'no key'),
  scenario(
    'a constraint on the source does not matter for retiring',
    { ...retire, principal: user('ada') },
    grant({ retiringPrincipal: user('ada').arn, constraints: { sourceArn: `arn:aws:rds:eu-west-1:${HOME}:db:orders` } }),
    'allowed',
  ),
];
