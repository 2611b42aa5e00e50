import { allow, BUCKET, deny, federated, HOME, policy, root, service, session, STRANGER, TARGET_ROLE, user, VISITOR } from '../fixtures';
import { scenario, type Scenario } from './scenario';

const visitor = session('visitor', { account: VISITOR });
const reading = policy('identity', [allow('s3:GetObject', '*')]);
const named = (principal: unknown, more: object = {}) => policy('ordinary', [allow('s3:GetObject', `${BUCKET}/*`, { Principal: principal, ...more })]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
export const CROSS_ACCOUNT_SCENARIOS: readonly Scenario[] = [
  scenario('both sides allow', { principal: visitor }, { identity: [reading], resource: named({ AWS: visitor.roleArn }) }, 'allowed'),
  scenario('both sides allow, the resource naming the account', { principal: visitor }, { identity: [reading], resource: named({ AWS: VISITOR }) }, 'allowed'),
  scenario("the resource's side alone is not enough", { principal: visitor }, { resource: named({ AWS: visitor.roleArn }) }, 'no identity'),
  scenario("the resource's side alone is not enough, even for everyone", { principal: visitor }, { resource: named('*') }, 'no identity'),
  scenario("the identity's side alone is not enough", { principal: visitor }, { identity: [reading] }, 'no ordinary'),
  scenario(
    'full access at home does not open the resources of others',
    { principal: session('admin', { account: STRANGER }) },
    { identity: [policy('identity', [allow('*:*', '*')])], resource: named({ AWS: VISITOR }) },
    'no ordinary',
  ),
  scenario('the root user of an account that is named', { principal: root(VISITOR) }, { resource: named({ AWS: VISITOR }) }, 'allowed'),
  scenario('the root user of an account that is not named', { principal: root(STRANGER) }, { resource: named({ AWS: VISITOR }) }, 'no ordinary'),
  scenario(
    'a boundary limits even what is given to the session',
    { principal: visitor },
    { identity: [reading], boundary: policy('boundary', [allow('sns:*', '*')]), resource: named({ AWS: visitor.arn }) },
    'no boundary',
  ),
  scenario(
    'a session policy limits even what is given to the session',
    { principal: visitor },
    { identity: [reading], session: [policy('session', [allow('sns:*', '*')])], resource: named({ AWS: visitor.arn }) },
    'no session',
  ),
];

const QUEUE_RULE = `arn:aws:events:eu-west-1:${HOME}:rule/nightly`;
const fromRule = { ArnEquals: { 'aws:SourceArn': QUEUE_RULE } };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services */
export const SERVICE_SCENARIOS: readonly Scenario[] = [
  scenario('a service is allowed by the policy of a resource', { principal: service('events.amazonaws.com') }, { resource: named({ Service: 'events.amazonaws.com' }) }, 'allowed'),
  scenario('another service is not', { principal: service('sns.amazonaws.com') }, { resource: named({ Service: 'events.amazonaws.com' }) }, 'no ordinary'),
  scenario('a service needs a policy of the resource', { principal: service('events.amazonaws.com') }, { identity: [reading] }, 'no ordinary'),
  scenario('a role is not the service that it works for', {}, { resource: named({ Service: 'events.amazonaws.com' }) }, 'no identity'),
  scenario(
    'a service acts for the right resource',
    { principal: service('events.amazonaws.com', { account: HOME, sourceArn: QUEUE_RULE }) },
    { resource: named({ Service: 'events.amazonaws.com' }, { Condition: fromRule }) },
    'allowed',
  ),
  scenario(
    'a service acts for the wrong resource',
    { principal: service('events.amazonaws.com', { account: HOME, sourceArn: `${QUEUE_RULE}-other` }) },
    { resource: named({ Service: 'events.amazonaws.com' }, { Condition: fromRule }) },
    'no ordinary',
  ),
  scenario(
    'resource control policies bind services',
    { principal: service('events.amazonaws.com') },
    {
      resource: named({ Service: 'events.amazonaws.com' }),
      resourceControl: [policy('resource-control', [deny('s3:*', '*', { Principal: '*', Condition: { Bool: { 'aws:PrincipalIsAWSService': true } } })])],
    },
    'denied by resource-control',
  ),
  scenario(
    'service control policies do not bind services',
    { principal: service('events.amazonaws.com') },
    { resource: named({ Service: 'events.amazonaws.com' }), serviceControl: [[policy('service-control', [deny('*', '*')])]] },
    'allowed',
  ),
  scenario('a policy for everyone includes services', { principal: service('events.amazonaws.com') }, { resource: named('*') }, 'allowed'),
];

const viaS3Only = policy('identity', [allow('s3:GetObject', '*', { Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } } })]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html */
export const FORWARD_ACCESS_SCENARIOS: readonly Scenario[] = [
  scenario('a service acts with its caller’s permissions', { viaServices: ['athena.amazonaws.com'] }, { identity: [viaS3Only] }, 'allowed'),
  scenario('the caller itself may not', {}, { identity: [viaS3Only] }, 'no identity'),
  scenario('a chain of services keeps every link', { viaServices: ['athena.amazonaws.com', 'glue.amazonaws.com'] }, { identity: [viaS3Only] }, 'allowed'),
  scenario('a service cannot do for its caller what the caller may not', { viaServices: ['athena.amazonaws.com'] }, {}, 'no identity'),
];

const assume = { action: 'sts:AssumeRole', resource: TARGET_ROLE };
const assuming = policy('identity', [allow('sts:AssumeRole', TARGET_ROLE)]);
const trusting = (principal: object | '*', more: object = {}) => policy('trust', [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }]);
const externalId = { Condition: { StringEquals: { 'sts:ExternalId': 'orders-vault' } } };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_compare-resource-policies.html and https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html */
export const TRUST_SCENARIOS: readonly Scenario[] = [
  scenario('a role that is trusted by name needs no more', assume, { resource: trusting({ AWS: `arn:aws:iam::${HOME}:role/worker` }) }, 'allowed'),
  scenario('a role whose account is trusted needs a policy of its own', assume, { resource: trusting({ AWS: HOME }) }, 'no identity'),
  scenario('a role whose account is trusted and that has a policy of its own', assume, { identity: [assuming], resource: trusting({ AWS: HOME }) }, 'allowed'),
  scenario('a role that is not trusted', assume, { identity: [assuming], resource: trusting({ AWS: VISITOR }) }, 'no trust'),
  scenario('a user that is trusted by name', { ...assume, principal: user('ada') }, { resource: trusting({ AWS: `arn:aws:iam::${HOME}:user/ada` }) }, 'allowed'),
  scenario('a role from another account', { ...assume, principal: visitor }, { identity: [assuming], resource: trusting({ AWS: visitor.roleArn }) }, 'allowed'),
  scenario('a role from another account without a policy of its own', { ...assume, principal: visitor }, { resource: trusting({ AWS: visitor.roleArn }) }, 'no identity'),
  scenario(
    'the right external id',
    { ...assume, principal: visitor, context: { 'sts:ExternalId': 'orders-vault' } },
    { identity: [assuming], resource: trusting({ AWS: VISITOR }, externalId) },
    'allowed',
  ),
  scenario('no external id', { ...assume, principal: visitor }, { identity: [assuming], resource: trusting({ AWS: VISITOR }, externalId) }, 'no trust'),
  scenario('a trusted service', { ...assume, principal: service('lambda.amazonaws.com') }, { resource: trusting({ Service: 'lambda.amazonaws.com' }) }, 'allowed'),
  scenario('a service that is not trusted', { ...assume, principal: service('ec2.amazonaws.com') }, { resource: trusting({ Service: 'lambda.amazonaws.com' }) }, 'no trust'),
  scenario(
    'a trusted identity provider',
    { ...assume, principal: federated('token.actions.githubusercontent.com') },
    { resource: trusting({ Federated: 'token.actions.githubusercontent.com' }) },
    'allowed',
  ),
  scenario(
    'an identity provider that is not trusted',
    { ...assume, principal: federated('accounts.google.com') },
    { resource: trusting({ Federated: 'token.actions.githubusercontent.com' }) },
    'no trust',
  ),
  scenario('a role is no identity provider', assume, { identity: [assuming], resource: trusting({ Federated: 'accounts.google.com' }) }, 'no trust'),
  scenario('a trust policy denies', assume, { identity: [assuming], resource: policy('trust', [{ Effect: 'Deny', Principal: '*', Action: 'sts:*' }]) }, 'denied by trust'),
  scenario("the role's account's root user is not above its trust policy", { ...assume, principal: root() }, { resource: trusting({ AWS: VISITOR }) }, 'no trust'),
];
