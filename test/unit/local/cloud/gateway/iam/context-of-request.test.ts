import { contextOf } from '../../../../../../local/cloud/gateway/iam/context-of-request';
import type { AccessRequest } from '../../../../../../local/cloud/gateway/iam/access-request';
import { federated, HOME, KEY, request, root, service, session, user, VISITOR } from './fixtures';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
describe('contextOf', () => {
  test.each<[string, Partial<AccessRequest>, Record<string, readonly string[] | undefined>]>([
    [
      'the root user',
      { principal: root() },
      {
        'aws:PrincipalArn': [`arn:aws:iam::${HOME}:root`],
        'aws:PrincipalAccount': [HOME],
        'aws:PrincipalType': ['Account'],
        'aws:PrincipalIsAWSService': ['false'],
        'aws:userid': [HOME],
        'aws:username': undefined,
      },
    ],
    [
      'a user',
      { principal: { ...user('team/ada', { tags: { team: 'blue' } }), userId: 'AIDAEXAMPLE' } },
      {
        'aws:PrincipalArn': [`arn:aws:iam::${HOME}:user/team/ada`],
        'aws:PrincipalType': ['User'],
        'aws:userid': ['AIDAEXAMPLE'],
        'aws:username': ['ada'],
        'aws:PrincipalTag/team': ['blue'],
        'AWS:principaltag/TEAM': ['blue'],
        'aws:PrincipalTag/unit': undefined,
      },
    ],
    [
      'a session of a role',
      { principal: session('worker', { account: VISITOR, path: '/jobs/', tags: { team: 'red' } }) },
      {
        'aws:PrincipalArn': [`arn:aws:iam::${VISITOR}:role/jobs/worker`],
        'aws:PrincipalAccount': [VISITOR],
        'aws:PrincipalType': ['AssumedRole'],
        'aws:userid': ['AROAEXAMPLE:run-1'],
        'aws:username': undefined,
        'aws:PrincipalTag/team': ['red'],
        'aws:ResourceAccount': [HOME],
      },
    ],
    [
      'a service',
      { principal: service('events.amazonaws.com', { account: HOME, sourceArn: 'arn:aws:events:eu-west-1:111111111111:rule/nightly' }) },
      {
        'aws:PrincipalIsAWSService': ['true'],
        'aws:PrincipalServiceName': ['events.amazonaws.com'],
        'aws:PrincipalServiceNamesList': ['events.amazonaws.com'],
        'aws:SourceAccount': [HOME],
        'aws:SourceArn': ['arn:aws:events:eu-west-1:111111111111:rule/nightly'],
        'aws:PrincipalArn': undefined,
      },
    ],
    ['an identity provider', { principal: federated('accounts.google.com') }, { 'aws:PrincipalIsAWSService': undefined, 'aws:ViaAWSService': ['false'] }],
    ['a direct call', {}, { 'aws:ViaAWSService': ['false'], 'aws:CalledVia': undefined, 'kms:ViaService': undefined, 'kms:CallerAccount': undefined }],
    [
      'a call through services',
      { viaServices: ['athena.amazonaws.com', 's3.amazonaws.com'] },
      {
        'aws:ViaAWSService': ['true'],
        'aws:CalledVia': ['athena.amazonaws.com', 's3.amazonaws.com'],
        'aws:CalledViaFirst': ['athena.amazonaws.com'],
        'aws:CalledViaLast': ['s3.amazonaws.com'],
        'kms:ViaService': undefined,
      },
    ],
    [
      'a call to a key through a service',
      { action: 'KMS:decrypt', resource: KEY, viaServices: ['athena.amazonaws.com', 's3.amazonaws.com'] },
      { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com'], 'kms:CallerAccount': [HOME] },
    ],
    ['what the caller says', { context: { 'aws:SecureTransport': true, 's3:max-keys': 10 } }, { 'aws:securetransport': ['true'], 'S3:MAX-KEYS': ['10'] }],
  ])('knows the keys of %s', (_who, differences, expected) => {
    const context = contextOf(request(differences));

    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, context.valuesOf(key)]))).toEqual(expected);
  });

  test('accepts a given key that says the same', () => {
    expect(() => contextOf(request({ context: { 'AWS:PrincipalAccount': HOME } }))).not.toThrow();
  });

  test('fails when a given key contradicts the request', () => {
    expect(() => contextOf(request({ context: { 'aws:principalaccount': VISITOR } }))).toThrow(
      `condition key aws:principalaccount of s3:GetObject is ${VISITOR}, but the request says ${HOME}`,
    );
  });
});
