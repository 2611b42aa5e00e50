import { allow, BUCKET, deny, HOME, policy, root, session, user } from '../fixtures';
import { scenario, type Scenario } from './scenario';

const WORKER = `arn:aws:iam::${HOME}:role/worker`;
const reading = policy('identity', [allow('s3:GetObject', '*')]);
const nothing = policy('boundary', [allow('sns:*', '*')]);
const everything = policy('boundary', [allow('*', '*')]);
const named = (principal: unknown) => policy('ordinary', [allow('s3:GetObject', `${BUCKET}/*`, { Principal: principal })]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
export const IDENTITY_SCENARIOS: readonly Scenario[] = [
  scenario('nobody may do anything without a policy', {}, {}, 'no identity'),
  scenario('an identity policy allows', {}, { identity: [reading] }, 'allowed'),
  scenario('an identity policy allows the action in other capitals', { action: 'S3:getobject' }, { identity: [reading] }, 'allowed'),
  scenario('another action is not allowed', { action: 's3:PutObject' }, { identity: [reading] }, 'no identity'),
  scenario('another resource is not allowed', {}, { identity: [policy('identity', [allow('s3:GetObject', 'arn:aws:s3:::other/*')])] }, 'no identity'),
  scenario('one of several resources is enough', {}, { identity: [policy('identity', [allow('s3:GetObject', ['arn:aws:s3:::other/*', `${BUCKET}/*`])])] }, 'allowed'),
  scenario('one of several policies is enough', {}, { identity: [policy('identity', [allow('sns:Publish', '*')]), reading] }, 'allowed'),
  scenario('an explicit deny wins', {}, { identity: [reading, policy('identity', [deny('s3:*', '*')])] }, 'denied by identity'),
  scenario(
    'NotResource needs none of its resources to match',
    {},
    { identity: [reading, policy('identity', [{ Effect: 'Deny', Action: '*', NotResource: ['arn:aws:s3:::other/*', `${BUCKET}/*`] }])] },
    'allowed',
  ),
  scenario('a deny of another action does not count', {}, { identity: [reading, policy('identity', [deny('s3:PutObject', '*')])] }, 'allowed'),
  scenario('a deny of another resource does not count', {}, { identity: [reading, policy('identity', [deny('s3:*', BUCKET)])] }, 'allowed'),
  scenario(
    'a deny whose condition does not hold does not count',
    {},
    { identity: [reading, policy('identity', [deny('s3:*', '*', { Condition: { Bool: { 'aws:ViaAWSService': true } } })])] },
    'allowed',
  ),
  scenario('NotAction allows everything else', {}, { identity: [policy('identity', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])] }, 'allowed'),
  scenario(
    'NotAction does not allow what it lists',
    {},
    { identity: [policy('identity', [{ Effect: 'Allow', NotAction: ['iam:*', 's3:Get*'], Resource: '*' }])] },
    'no identity',
  ),
  scenario(
    'NotResource denies everything else',
    {},
    { identity: [reading, policy('identity', [{ Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' }])] },
    'denied by identity',
  ),
  scenario(
    'NotResource does not deny what it lists',
    {},
    { identity: [reading, policy('identity', [{ Effect: 'Deny', Action: '*', NotResource: `${BUCKET}/orders/*` }])] },
    'allowed',
  ),
  scenario(
    'policy variables stand for the values of the request',
    { principal: user('ada'), resource: `${BUCKET}/home/ada/notes` },
    { identity: [policy('identity', [allow('s3:GetObject', `${BUCKET}/home/\${aws:username}/*`)])] },
    'allowed',
  ),
  scenario(
    "policy variables do not stand for somebody else's values",
    { principal: user('ada'), resource: `${BUCKET}/home/grace/notes` },
    { identity: [policy('identity', [allow('s3:GetObject', `${BUCKET}/home/\${aws:username}/*`)])] },
    'no identity',
  ),
  scenario(
    'a resource with a variable that has no value is no resource at all',
    { principal: session('worker') },
    { identity: [policy('identity', [allow('s3:GetObject', `${BUCKET}/\${aws:PrincipalTag/team}*`)])] },
    'no identity',
  ),
  scenario('the root user may do everything in its account', { principal: root() }, {}, 'allowed'),
  scenario("the root user is bound by a resource's deny", { principal: root() }, { resource: policy('ordinary', [deny('s3:*', '*', { Principal: '*' })]) }, 'denied by ordinary'),
  scenario('the root user has no policies that could deny', { principal: root() }, { identity: [policy('identity', [deny('*', '*')])] }, 'allowed'),
  scenario('the root user has no boundary that could limit', { principal: root() }, { boundary: nothing }, 'allowed'),
  scenario('an action about no resource needs the wildcard', { action: 's3:ListAllMyBuckets', resource: '*' }, { identity: [policy('identity', [allow('s3:*', `${BUCKET}*`)])] }, 'no identity'),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html */
export const RESOURCE_SCENARIOS: readonly Scenario[] = [
  scenario('the policy of a resource allows a role by itself', {}, { resource: named({ AWS: WORKER }) }, 'allowed'),
  scenario('the policy of a resource allows everyone by itself', {}, { resource: named('*') }, 'allowed'),
  scenario('the policy of a resource allows a user by itself', { principal: user('ada') }, { resource: named({ AWS: `arn:aws:iam::${HOME}:user/ada` }) }, 'allowed'),
  scenario('a policy that names the account leaves the matter to its own policies', {}, { resource: named({ AWS: HOME }) }, 'no identity'),
  scenario('a policy that names another role does not allow', {}, { resource: named({ AWS: `arn:aws:iam::${HOME}:role/other` }) }, 'no identity'),
  scenario('a policy that names another role does not take away', {}, { identity: [reading], resource: named({ AWS: `arn:aws:iam::${HOME}:role/other` }) }, 'allowed'),
  scenario(
    'a role is named with its path',
    { principal: session('worker', { path: '/jobs/' }) },
    { resource: named({ AWS: `arn:aws:iam::${HOME}:role/jobs/worker` }) },
    'allowed',
  ),
  scenario(
    'a deny for the account is a deny for its roles',
    {},
    { identity: [reading], resource: policy('ordinary', [deny('s3:*', '*', { Principal: { AWS: HOME } })]) },
    'denied by ordinary',
  ),
  scenario(
    'a deny for another role does not count',
    {},
    { identity: [reading], resource: policy('ordinary', [deny('s3:*', '*', { Principal: { AWS: `arn:aws:iam::${HOME}:role/other` } })]) },
    'allowed',
  ),
];

const denyAllBut = (...arns: readonly string[]) => policy('ordinary', [deny('s3:*', '*', { NotPrincipal: { AWS: arns }, Resource: '*' })]);
const workerSession = session('worker').arn;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
export const NOT_PRINCIPAL_SCENARIOS: readonly Scenario[] = [
  scenario('NotPrincipal exempts who is listed with role and account', {}, { identity: [reading], resource: denyAllBut(workerSession, WORKER, HOME) }, 'allowed'),
  scenario('NotPrincipal denies a session whose role is not listed', {}, { identity: [reading], resource: denyAllBut(workerSession, HOME) }, 'denied by ordinary'),
  scenario('NotPrincipal denies a session whose account is not listed', {}, { identity: [reading], resource: denyAllBut(workerSession, WORKER) }, 'denied by ordinary'),
  scenario('NotPrincipal denies a session that is not listed', {}, { identity: [reading], resource: denyAllBut(WORKER, HOME) }, 'denied by ordinary'),
  scenario(
    'NotPrincipal exempts nobody who has a permissions boundary',
    {},
    { identity: [reading], boundary: everything, resource: denyAllBut(workerSession, WORKER, HOME) },
    'denied by ordinary',
  ),
];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
export const BOUNDARY_SCENARIOS: readonly Scenario[] = [
  scenario('a boundary that allows lets the identity policy decide', {}, { identity: [reading], boundary: everything }, 'allowed'),
  scenario('a boundary grants nothing', {}, { boundary: everything }, 'no identity'),
  scenario('a boundary limits the identity policy', {}, { identity: [reading], boundary: nothing }, 'no boundary'),
  scenario('a boundary denies', {}, { identity: [reading], boundary: policy('boundary', [allow('*', '*'), deny('s3:*', '*')]) }, 'denied by boundary'),
  scenario("a boundary limits what a resource's policy gives to the role", {}, { boundary: nothing, resource: named({ AWS: WORKER }) }, 'no boundary'),
  scenario("a boundary does not limit what a resource's policy gives to the session", {}, { boundary: nothing, resource: named({ AWS: workerSession }) }, 'allowed'),
  scenario(
    "a boundary does not limit what a resource's policy gives to a user",
    { principal: user('ada') },
    { boundary: nothing, resource: named({ AWS: `arn:aws:iam::${HOME}:user/ada` }) },
    'allowed',
  ),
  scenario("a boundary does not limit what a resource's policy gives to everyone", {}, { boundary: nothing, resource: named('*') }, 'allowed'),
];

const sessionNothing = policy('session', [allow('sns:*', '*')]);
const sessionEverything = policy('session', [allow('*', '*')]);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session */
export const SESSION_SCENARIOS: readonly Scenario[] = [
  scenario('a session policy that allows lets the identity policy decide', {}, { identity: [reading], session: [sessionEverything] }, 'allowed'),
  scenario('one of several session policies is enough', {}, { identity: [reading], session: [sessionNothing, sessionEverything] }, 'allowed'),
  scenario('a session policy grants nothing', {}, { session: [sessionEverything] }, 'no identity'),
  scenario('a session policy limits the identity policy', {}, { identity: [reading], session: [sessionNothing] }, 'no session'),
  scenario('a session policy denies', {}, { identity: [reading], session: [policy('session', [allow('*', '*'), deny('s3:*', '*')])] }, 'denied by session'),
  scenario("a session policy limits what a resource's policy gives to the role", {}, { session: [sessionNothing], resource: named({ AWS: WORKER }) }, 'no session'),
  scenario("a session policy does not limit what a resource's policy gives to the session", {}, { session: [sessionNothing], resource: named({ AWS: workerSession }) }, 'allowed'),
  scenario('a user has no session policy', { principal: user('ada') }, { identity: [reading], session: [sessionNothing] }, 'allowed'),
];

const fullAccess = policy('service-control', [allow('*', '*')]);
const onlyTopics = policy('service-control', [allow('sns:*', '*')]);
const noObjects = policy('service-control', [deny('s3:*', '*')]);
const SERVICE_LINKED = session('AWSServiceRoleForBackup', { path: '/aws-service-role/backup.amazonaws.com/' });
const rcp = (statement: object) => policy('resource-control', [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', ...statement }]);

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and …_rcps.html */
export const ORGANIZATION_SCENARIOS: readonly Scenario[] = [
  scenario('every level of the organization allows', {}, { identity: [reading], serviceControl: [[fullAccess], [onlyTopics, fullAccess]] }, 'allowed'),
  scenario('one level of the organization does not allow', {}, { identity: [reading], serviceControl: [[fullAccess], [onlyTopics]] }, 'no service-control'),
  scenario('one level of the organization denies', {}, { identity: [reading], serviceControl: [[fullAccess, noObjects], [fullAccess]] }, 'denied by service-control'),
  scenario('the organization grants nothing', {}, { serviceControl: [[fullAccess]] }, 'no identity'),
  scenario("the organization limits what a resource's policy gives", {}, { serviceControl: [[onlyTopics]], resource: named('*') }, 'no service-control'),
  scenario('the organization limits the root user', { principal: root() }, { serviceControl: [[onlyTopics]] }, 'no service-control'),
  scenario('the organization does not limit service-linked roles', { principal: SERVICE_LINKED }, { identity: [reading], serviceControl: [[fullAccess, noObjects]] }, 'allowed'),
  scenario('a resource control policy denies', {}, { identity: [reading], resourceControl: [rcp({})] }, 'denied by resource-control'),
  scenario(
    'a resource control policy that is about something else does not deny',
    { context: { 'aws:SecureTransport': true } },
    { identity: [reading], resourceControl: [rcp({ Condition: { Bool: { 'aws:SecureTransport': false } } })] },
    'allowed',
  ),
  scenario('a resource control policy does not limit service-linked roles', { principal: SERVICE_LINKED }, { identity: [reading], resourceControl: [rcp({})] }, 'allowed'),
];

