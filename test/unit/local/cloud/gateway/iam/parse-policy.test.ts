import { MalformedPolicyDocument } from '../../../../../../local/cloud/gateway/iam/malformed-policy-document';
import { parsePolicy } from '../../../../../../local/cloud/gateway/iam/parse-policy';
import type { PolicyDocument, PolicyKind } from '../../../../../../local/cloud/gateway/iam/policy';

const EVERYONE = { Principal: '*' };
const VALID: Readonly<Record<PolicyKind, Record<string, unknown>>> = {
  identity: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  boundary: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  session: { Effect: 'Allow', Action: '*', Resource: '*' },
  'service-control': { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' },
  'resource-control': { Effect: 'Deny', Action: 's3:*', Resource: '*', ...EVERYONE },
  endpoint: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::exports/*', ...EVERYONE },
  ordinary: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::exports/*', ...EVERYONE },
  key: { Effect: 'Allow', Action: 'kms:*', Resource: '*', ...EVERYONE },
  trust: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
};

function parse(kind: PolicyKind, document: string | object): PolicyDocument {
  return parsePolicy({ kind, holder: 'holder', name: 'name', document }).document;
}

function parseStatement(kind: PolicyKind, differences: object): PolicyDocument {
  return parse(kind, { Version: '2012-10-17', Statement: [{ ...VALID[kind], ...differences }] });
}

function errorOf(run: () => unknown): MalformedPolicyDocument {
  try {
    run();
  } catch (error) {
    if (error instanceof MalformedPolicyDocument) return error;
    throw error;
  }
  throw new Error('expected MalformedPolicyDocument, nothing was thrown');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
describe('parsePolicy', () => {
  test.each(Object.keys(VALID) as PolicyKind[])('accepts a %s policy', (kind) => {
    expect(parseStatement(kind, {}).statements).toHaveLength(1);
  });

  test('reads JSON text as it reads the object', () => {
    const document = { Version: '2012-10-17', Statement: VALID.identity };

    expect(parse('identity', JSON.stringify(document))).toEqual(parse('identity', document));
  });

  test('reads one statement, one action and one resource as lists of one', () => {
    expect(parse('identity', { Version: '2012-10-17', Statement: VALID.identity })).toEqual(
      parse('identity', { Version: '2012-10-17', Statement: [{ ...VALID.identity, Action: ['s3:GetObject'], Resource: ['*'] }] }),
    );
  });

  test('takes a document without version for the old one', () => {
    expect(parse('identity', { Statement: VALID.identity }).version).toBe('2008-10-17');
  });

  test('reads every form of principal', () => {
    const arns = [
      'arn:aws:iam::111111111111:user/team/ada',
      'arn:aws:iam::111111111111:role/worker',
      'arn:aws:sts::111111111111:assumed-role/worker/run-1',
      'arn:aws:sts::111111111111:federated-user/ada',
    ];
    const document = parseStatement('ordinary', {
      Principal: {
        AWS: ['111111111111', 'arn:aws:iam::222222222222:root', '*', ...arns],
        Service: 'events.amazonaws.com',
        Federated: ['accounts.google.com'],
      },
    });

    expect(document.statements[0]!.principals!.items).toEqual([
      { type: 'account', account: '111111111111' },
      { type: 'account', account: '222222222222' },
      { type: 'everyone' },
      ...arns.map((arn) => ({ type: 'arn', arn })),
      { type: 'service', name: 'events.amazonaws.com' },
      { type: 'federated', provider: 'accounts.google.com' },
    ]);
  });

  test('takes an operator apart', () => {
    const [condition] = parseStatement('identity', { Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a', 1, true] } } }).statements[0]!.conditions;

    expect(condition).toEqual({
      operator: { comparison: 'StringLike', set: 'ForAnyValue', ifExists: true },
      key: 'aws:TagKeys',
      values: ['a', '1', 'true'],
    });
  });

  test.each<[string, PolicyKind, object]>([
    ['wildcards in actions', 'identity', { Action: ['*', '*:*', 's3:*', 's3:Get?bject', 'S3:getobject', 'vpc-lattice:AssociateViaAWSService-EventsAndStates'] }],
    ['an ARN that ends early with a star', 'identity', { Resource: 'arn:aws:sns:*' }],
    ['a variable after the fifth colon', 'identity', { Resource: 'arn:aws:s3:::exports/${aws:username}' }],
    ['a Sid with spaces in the policy of a resource', 'ordinary', { Sid: 'Allow use of the key' }],
    ['a date with a fraction', 'identity', { Condition: { DateLessThan: { 'aws:CurrentTime': ['2026-02-01T10:00:00.5+01:00', '2026', 1769860800] } } }],
    ['base64', 'identity', { Condition: { BinaryEquals: { 'test:Key': ['QQ==', 'QUI=', 'QUJD', ''] } } }],
    ['NotPrincipal with Deny', 'ordinary', { Principal: undefined, NotPrincipal: { AWS: '111111111111' }, Effect: 'Deny' }],
    ['an empty condition', 'identity', { Condition: {} }],
    ['Null', 'identity', { Condition: { Null: { 'aws:TokenIssueTime': true } } }],
    ['a date without time', 'identity', { Condition: { DateLessThan: { 'aws:CurrentTime': '2026-02-01' } } }],
    ['an address range', 'identity', { Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '::/0', '10.0.0.1'] } } }],
  ])('accepts %s', (_what, kind, differences) => {
    const statement = Object.fromEntries(Object.entries({ ...VALID[kind], ...differences }).filter(([, value]) => value !== undefined));
    expect(() => parse(kind, { Version: '2012-10-17', Statement: [statement] })).not.toThrow();
  });

  test.each<[string, PolicyKind, string | object, string]>([
    ['text that is no JSON', 'identity', '{"Version":', ''],
    ['a list', 'identity', [], ''],
    ['an unknown version', 'identity', { Version: '2020-01-01', Statement: VALID.identity }, 'Version'],
    ['an unknown element', 'identity', { Statements: [] }, 'Statements'],
    ['no statement', 'identity', { Version: '2012-10-17' }, 'Statement'],
    ['no statement in the list', 'identity', { Version: '2012-10-17', Statement: [] }, 'Statement'],
    ['an Id in a policy of an identity', 'identity', { Id: 'x', Statement: VALID.identity }, 'Id'],
    ['an Id that is no text', 'ordinary', { Id: 1, Statement: VALID.ordinary }, 'Id'],
    ['a Sid used twice', 'identity', { Statement: [{ ...VALID.identity, Sid: 'A' }, { ...VALID.identity, Sid: 'A' }] }, 'Statement[1].Sid'],
  ])('refuses %s', (_what, kind, document, path) => {
    expect(errorOf(() => parse(kind, document)).path).toBe(path);
  });

  test.each<[string, PolicyKind, object, string]>([
    ['no effect', 'identity', { Effect: undefined }, 'Effect'],
    ['an effect in small letters', 'identity', { Effect: 'allow' }, 'Effect'],
    ['an unknown element', 'identity', { Actions: 's3:*' }, 'Actions'],
    ['a Sid with spaces', 'identity', { Sid: 'my statement' }, 'Sid'],
    ['a Sid with spaces in a trust policy', 'trust', { Sid: 'my statement' }, 'Sid'],
    ['no action', 'identity', { Action: undefined }, 'Action'],
    ['an empty list of actions', 'identity', { Action: [] }, 'Action'],
    ['an action without prefix', 'identity', { Action: 'GetObject' }, 'Action'],
    ['an action with a wildcard prefix', 'identity', { Action: ['s3:GetObject', '*:Get*'] }, 'Action[1]'],
    ['an action that is no text', 'identity', { Action: 1 }, 'Action'],
    ['Action together with NotAction', 'identity', { NotAction: 'iam:*' }, 'NotAction'],
    ['no resource', 'identity', { Resource: undefined }, 'Resource'],
    ['no resource in a key policy', 'key', { Resource: undefined }, 'Resource'],
    ['an empty list of resources', 'identity', { Resource: [] }, 'Resource'],
    ['a resource that is no ARN', 'identity', { Resource: 'exports' }, 'Resource'],
    ['a resource with more before it', 'identity', { Resource: 'my arn:aws:sns:*' }, 'Resource'],
    ['a resource with too few parts', 'identity', { Resource: 'arn:aws:s3:exports' }, 'Resource'],
    ['a wildcard in the service of a short ARN', 'identity', { Resource: 'arn:aws:s3*' }, 'Resource'],
    ['a wildcard in the service of an ARN', 'identity', { Resource: 'arn:aws:*:eu-west-1:111111111111:orders' }, 'Resource'],
    ['a variable before the fifth colon', 'identity', { Resource: 'arn:aws:s3:${aws:RequestedRegion}::exports' }, 'Resource'],
    ['Resource together with NotResource', 'identity', { NotResource: '*' }, 'NotResource'],
    ['a resource in a trust policy', 'trust', { Resource: '*' }, 'Resource'],
    ['an action of another service in a trust policy', 'trust', { Action: 's3:GetObject' }, 'Action'],
    ['an action of a service that only ends like sts', 'trust', { Action: 'nosts:AssumeRole' }, 'Action'],
    ['a principal in a policy of an identity', 'identity', EVERYONE, 'Principal'],
    ['a principal in a service control policy', 'service-control', EVERYONE, 'Principal'],
    ['no principal in a policy of a resource', 'ordinary', { Principal: undefined }, 'Principal'],
    ['no principal in a trust policy', 'trust', { Principal: undefined }, 'Principal'],
    ['no principal in the map', 'ordinary', { Principal: {} }, 'Principal'],
    ['an unknown type of principal', 'ordinary', { Principal: { CanonicalUser: '79a5' } }, 'Principal.CanonicalUser'],
    ['a wildcard in the name of a role', 'ordinary', { Principal: { AWS: 'arn:aws:iam::111111111111:role/*' } }, 'Principal.AWS'],
    ['a wildcard for sessions', 'ordinary', { Principal: { AWS: ['*', 'arn:aws:sts::111111111111:assumed-role/worker/*'] } }, 'Principal.AWS[1]'],
    ['a group as principal', 'ordinary', { Principal: { AWS: 'arn:aws:iam::111111111111:group/admins' } }, 'Principal.AWS'],
    ['a long account id', 'ordinary', { Principal: { AWS: '1111111111111' } }, 'Principal.AWS'],
    ['text before an ARN', 'ordinary', { Principal: { AWS: 'x:arn:aws:iam::111111111111:role/worker' } }, 'Principal.AWS'],
    ['a short account id', 'ordinary', { Principal: { AWS: '1111' } }, 'Principal.AWS'],
    ['a service without its domain', 'trust', { Principal: { Service: 'lambda' } }, 'Principal.Service'],
    ['a service with more before it', 'trust', { Principal: { Service: 'my lambda.amazonaws.com' } }, 'Principal.Service'],
    ['a wildcard for services', 'trust', { Principal: { Service: '*' } }, 'Principal.Service'],
    ['a wildcard for identity providers', 'trust', { Principal: { Federated: '*' } }, 'Principal.Federated'],
    ['NotPrincipal with Allow', 'ordinary', { Principal: undefined, NotPrincipal: '*' }, 'NotPrincipal'],
    ['NotPrincipal in a trust policy', 'trust', { Principal: undefined, NotPrincipal: '*', Effect: 'Deny' }, 'NotPrincipal'],
    ['an allow in a resource control policy', 'resource-control', { Effect: 'Allow' }, 'Effect'],
    ['a named principal in a resource control policy', 'resource-control', { Principal: { AWS: '111111111111' } }, 'Principal'],
    ['NotPrincipal in a resource control policy', 'resource-control', { Principal: undefined, NotPrincipal: '*' }, 'NotPrincipal'],
    ['a condition that is no object', 'identity', { Condition: [] }, 'Condition'],
    ['an unknown operator', 'identity', { Condition: { StringEqals: { 'aws:username': 'ada' } } }, 'Condition.StringEqals'],
    ['an operator in small letters', 'identity', { Condition: { stringEquals: { 'aws:username': 'ada' } } }, 'Condition.stringEquals'],
    ['an unknown set operator', 'identity', { Condition: { 'ForSomeValues:StringEquals': { 'aws:username': 'ada' } } }, 'Condition.ForSomeValues:StringEquals'],
    ['a name that every object has', 'identity', { Condition: { toString: { 'aws:username': 'ada' } } }, 'Condition.toString'],
    ['Null with IfExists', 'identity', { Condition: { NullIfExists: { 'aws:username': 'true' } } }, 'Condition.NullIfExists'],
    ['Null with a set operator', 'identity', { Condition: { 'ForAnyValue:Null': { 'aws:username': 'true' } } }, 'Condition.ForAnyValue:Null'],
    ['a condition key with an empty prefix', 'identity', { Condition: { StringEquals: { ':aws:username': 'ada' } } }, 'Condition.StringEquals.:aws:username'],
    ['a condition key without prefix', 'identity', { Condition: { StringEquals: { username: 'ada' } } }, 'Condition.StringEquals.username'],
    ['a condition without keys as object', 'identity', { Condition: { StringEquals: 'ada' } }, 'Condition.StringEquals'],
    ['a condition value that is an object', 'identity', { Condition: { StringEquals: { 'aws:username': {} } } }, 'Condition.StringEquals.aws:username'],
    ['a number that is none', 'identity', { Condition: { NumericEquals: { 's3:max-keys': ['1', 'ten'] } } }, 'Condition.NumericEquals.s3:max-keys[1]'],
    ['a number with more before it', 'identity', { Condition: { NumericEquals: { 's3:max-keys': 'x1' } } }, 'Condition.NumericEquals.s3:max-keys'],
    ['a number with more after it', 'identity', { Condition: { NumericEquals: { 's3:max-keys': '1x' } } }, 'Condition.NumericEquals.s3:max-keys'],
    ['a policy variable for a number', 'identity', { Condition: { NumericEquals: { 's3:max-keys': '${aws:EpochTime}' } } }, 'Condition.NumericEquals.s3:max-keys'],
    ['seconds with more before them', 'identity', { Condition: { DateEquals: { 'aws:CurrentTime': 'x1769860800' } } }, 'Condition.DateEquals.aws:CurrentTime'],
    ['a date with more before it', 'identity', { Condition: { DateEquals: { 'aws:CurrentTime': 'Sat 2026-01-31' } } }, 'Condition.DateEquals.aws:CurrentTime'],
    ['a date with more after it', 'identity', { Condition: { DateEquals: { 'aws:CurrentTime': '2026-01-31 noon' } } }, 'Condition.DateEquals.aws:CurrentTime'],
    ['a date that is none', 'identity', { Condition: { DateEquals: { 'aws:CurrentTime': 'tomorrow' } } }, 'Condition.DateEquals.aws:CurrentTime'],
    ['an impossible date', 'identity', { Condition: { DateEquals: { 'aws:CurrentTime': '2026-13-01' } } }, 'Condition.DateEquals.aws:CurrentTime'],
    ['an address that is none', 'identity', { Condition: { IpAddress: { 'aws:SourceIp': '300.0.0.1' } } }, 'Condition.IpAddress.aws:SourceIp'],
    ['an impossible prefix', 'identity', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } }, 'Condition.IpAddress.aws:SourceIp'],
    ['a prefix that is no number', 'identity', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/x8' } } }, 'Condition.IpAddress.aws:SourceIp'],
    ['a truth that is none', 'identity', { Condition: { Bool: { 'aws:SecureTransport': 'yes' } } }, 'Condition.Bool.aws:SecureTransport'],
    ['a truth with more before it', 'identity', { Condition: { Bool: { 'aws:SecureTransport': 'untrue' } } }, 'Condition.Bool.aws:SecureTransport'],
    ['a truth with more after it', 'identity', { Condition: { Bool: { 'aws:SecureTransport': 'trueish' } } }, 'Condition.Bool.aws:SecureTransport'],
    ['a null that is none', 'identity', { Condition: { Null: { 'aws:TokenIssueTime': '' } } }, 'Condition.Null.aws:TokenIssueTime'],
    ['base64 with foreign characters', 'identity', { Condition: { BinaryEquals: { 'test:Key': '%%%A' } } }, 'Condition.BinaryEquals.test:Key'],
    ['base64 that is cut off', 'identity', { Condition: { BinaryEquals: { 'test:Key': 'QUJ' } } }, 'Condition.BinaryEquals.test:Key'],
  ])('refuses %s', (_what, kind, differences, path) => {
    const statement = Object.fromEntries(Object.entries({ ...VALID[kind], ...differences }).filter(([, value]) => value !== undefined));
    const error = errorOf(() => parse(kind, { Version: '2012-10-17', Statement: [statement] }));

    expect(error.path).toBe(`Statement[0].${path}`);
  });

  test.each(['ordinary', 'key'] as const)('leaves the Sids of %s policies to the services', (kind) => {
    const statement = { ...VALID[kind], Sid: 'Allow use' };

    expect(parse(kind, { Statement: [statement, statement] }).statements).toHaveLength(2);
  });

  test('says where, what, and what is allowed', () => {
    expect(errorOf(() => parseStatement('identity', { Effect: 'allow' })).message).toBe('Statement[0].Effect is "allow", allowed: Allow or Deny');
    expect(errorOf(() => parse('identity', {})).message).toMatch(/^Statement is absent, allowed: an object/);
    expect(errorOf(() => parse('identity', '[]')).message).toMatch(/^policy document is \[\], allowed: an object with Version, Statement/);
  });
});
