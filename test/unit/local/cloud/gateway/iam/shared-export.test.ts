import type { AccessRequest } from '../../../../../../local/cloud/gateway/iam/access-request';
import type { ApplicablePolicies } from '../../../../../../local/cloud/gateway/iam/applicable-policies';
import { evaluate } from '../../../../../../local/cloud/gateway/iam/evaluate';
import { parsePolicy } from '../../../../../../local/cloud/gateway/iam/parse-policy';
import type { ResourcePolicyKind } from '../../../../../../local/cloud/gateway/iam/policy';
import { allow, BUCKET, deny, HOME, KEY, request, session, STRANGER, VISITOR, verdictOf, type StatementSource, type Verdict } from './fixtures';

const LOADER_ROLE = `arn:aws:iam::${HOME}:role/lend`;
const LOADER = session('load', { account: VISITOR });
const KEEPER = session('admin');
const UNTRUSTED = session('admin', { account: STRANGER });

/** One account lends another an encrypted export. These are all the permissions that it takes, in the form that templates give them. */
const STATEMENTS = {
  bucket: [
    deny('s3:*', [BUCKET, `${BUCKET}/*`], { Sid: 'Encrypted transport only', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    allow('s3:ListBucket', BUCKET, { Sid: 'List', Principal: { AWS: LOADER.roleArn }, Condition: { StringLike: { 's3:prefix': 'orders/*' } } }),
    allow('s3:GetObject', `${BUCKET}/orders/*`, { Sid: 'Read', Principal: { AWS: LOADER.roleArn } }),
  ],
  key: [
    allow('kms:*', '*', { Sid: 'Enable IAM policies', Principal: { AWS: `arn:aws:iam::${HOME}:root` } }),
    allow(['kms:Decrypt', 'kms:DescribeKey'], '*', {
      Sid: 'Lend',
      Principal: { AWS: `arn:aws:iam::${VISITOR}:root` },
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    }),
  ],
  role: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: VISITOR },
      Condition: { StringEquals: { 'sts:ExternalId': 'orders' }, ArnEquals: { 'aws:PrincipalArn': LOADER.roleArn } },
    },
  ],
  loader: [
    allow(['s3:GetObject', 's3:ListBucket'], [BUCKET, `${BUCKET}/*`]),
    allow('kms:Decrypt', KEY, { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } } }),
    allow('sts:AssumeRole', LOADER_ROLE),
  ],
} as const satisfies Record<string, readonly StatementSource[]>;

type Statements = Readonly<Record<keyof typeof STATEMENTS, readonly StatementSource[]>>;

const read = { action: 's3:GetObject', resource: `${BUCKET}/orders/1.parquet`, context: { 'aws:SecureTransport': true } };
const list = { action: 's3:ListBucket', resource: BUCKET, context: { 'aws:SecureTransport': true, 's3:prefix': 'orders/2026' } };
const decrypt = { action: 'kms:Decrypt', resource: KEY, viaServices: ['s3.amazonaws.com'] };
const assume = { action: 'sts:AssumeRole', resource: LOADER_ROLE, context: { 'sts:ExternalId': 'orders' } };

const EXPECTATIONS: readonly (readonly [what: string, difference: Partial<AccessRequest>, verdict: Verdict])[] = [
  ['reads an object', read, 'allowed'],
  ['lists its prefix', list, 'allowed'],
  ['decrypts through S3', decrypt, 'allowed'],
  ['assumes the role', assume, 'allowed'],
  ['is kept by an administrator at home', { ...decrypt, action: 'kms:PutKeyPolicy', viaServices: [], principal: KEEPER }, 'allowed'],
  ['cannot read without TLS', { ...read, context: { 'aws:SecureTransport': false } }, 'denied by ordinary'],
  ['cannot read another prefix', { ...read, resource: `${BUCKET}/payroll/1.parquet` }, 'no ordinary'],
  ['cannot list another prefix', { ...list, context: { ...list.context, 's3:prefix': 'payroll/' } }, 'no ordinary'],
  ['cannot list without a prefix', { ...list, context: { 'aws:SecureTransport': true } }, 'no ordinary'],
  ['cannot write', { ...read, action: 's3:PutObject' }, 'no ordinary'],
  ['cannot decrypt directly', { ...decrypt, viaServices: [] }, 'no key'],
  ['cannot decrypt through another service', { ...decrypt, viaServices: ['rds.amazonaws.com'] }, 'no key'],
  ['cannot encrypt', { ...decrypt, action: 'kms:Encrypt' }, 'no key'],
  ['cannot describe the key, which its own policy forgot', { ...decrypt, action: 'kms:DescribeKey' }, 'no identity'],
  ['cannot assume the role without external id', { ...assume, context: {} }, 'no trust'],
  ['cannot assume the role as somebody else', { ...assume, principal: session('other', { account: VISITOR }) }, 'no trust'],
  ['cannot be a stranger that reads', { ...read, principal: UNTRUSTED }, 'no ordinary'],
  ['cannot be a stranger that decrypts', { ...decrypt, principal: UNTRUSTED }, 'no key'],
  ['cannot be a stranger that assumes the role', { ...assume, principal: UNTRUSTED }, 'no trust'],
];

function policiesFor({ action, principal }: AccessRequest, statements: Statements): ApplicablePolicies {
  const document = (each: readonly StatementSource[]) => ({ Version: '2012-10-17', Statement: each });
  const [kind, guard] = guardOf(action, statements);
  const own = principal === LOADER ? statements.loader : [allow('*', '*')];
  return {
    identity: own.length > 0 ? [parsePolicy({ kind: 'identity', holder: 'caller', name: 'own', document: document(own) })] : [],
    resource: guard.length > 0 ? parsePolicy({ kind, holder: 'resource', name: 'guard', document: document(guard) }) : undefined,
  };
}

function guardOf(action: string, { bucket, key, role }: Statements): readonly [ResourcePolicyKind, readonly StatementSource[]] {
  if (action.startsWith('kms:')) return ['key', key];
  return action.startsWith('sts:') ? ['trust', role] : ['ordinary', bucket];
}

function verdict(difference: Partial<AccessRequest>, statements: Statements = STATEMENTS): Verdict {
  const asked = request({ principal: LOADER, ...difference });
  return verdictOf(evaluate(asked, policiesFor(asked, statements)));
}

describe('an export that is lent to another account', () => {
  test.each(EXPECTATIONS)('%s', (_what, difference, expected) => {
    expect(verdict(difference)).toBe(expected);
  });

  const cuts = Object.entries(STATEMENTS).flatMap(([holder, statements]) => statements.map((_statement, index) => [holder as keyof Statements, index] as const));

  test.each(cuts)('needs every statement: without that of %s at %i something changes', (holder, index) => {
    const rest: Statements = { ...STATEMENTS, [holder]: STATEMENTS[holder].filter((_statement, other) => other !== index) };

    expect(EXPECTATIONS.filter(([, difference, expected]) => verdict(difference, rest) !== expected)).not.toEqual([]);
  });

  test.each<[string, Partial<Statements>, string]>([
    [
      'trusting the whole account',
      { role: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: VISITOR }, Condition: { StringEquals: { 'sts:ExternalId': 'orders' } } }] },
      'cannot assume the role as somebody else',
    ],
    ['trusting everyone', { role: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }] }, 'cannot be a stranger that assumes the role'],
    ['lending to everyone', { bucket: [allow('s3:*', '*', { Principal: '*' })] }, 'cannot be a stranger that reads'],
    ['lending the key to everyone', { key: [allow('kms:*', '*', { Principal: '*' })] }, 'cannot be a stranger that decrypts'],
  ])('%s lets somebody in', (_mistake, mistake, what) => {
    const [, difference] = EXPECTATIONS.find(([name]) => name === what)!;

    expect(verdict(difference, { ...STATEMENTS, ...mistake })).toBe('allowed');
  });
});
