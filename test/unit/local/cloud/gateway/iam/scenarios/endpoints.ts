import { allow, BUCKET, deny, HOME, policy, root } from '../fixtures';
import { scenario, type Scenario } from './scenario';

const reading = policy('identity', [allow('s3:GetObject', '*')]);
const endpoint = (...statements: Parameters<typeof policy>[1]) => policy('endpoint', statements);
const EVERYBODY = { Principal: '*' };

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
export const ENDPOINT_SCENARIOS: readonly Scenario[] = [
  scenario('an endpoint lets pass what its policy allows', {}, { identity: [reading], endpoint: endpoint(allow('*', '*', EVERYBODY)) }, 'allowed'),
  scenario('an endpoint stops what its policy does not allow', {}, { identity: [reading], endpoint: endpoint(allow('s3:PutObject', '*', EVERYBODY)) }, 'no endpoint'),
  scenario('an endpoint stops what is for another resource', {}, { identity: [reading], endpoint: endpoint(allow('s3:*', 'arn:aws:s3:::other/*', EVERYBODY)) }, 'no endpoint'),
  scenario('an endpoint stops what its policy denies', {}, { identity: [reading], endpoint: endpoint(allow('*', '*', EVERYBODY), deny('s3:GetObject', `${BUCKET}/*`, EVERYBODY)) }, 'denied by endpoint'),
  scenario('an endpoint stops whom its policy does not name', {}, { identity: [reading], endpoint: endpoint(allow('*', '*', { Principal: { AWS: `arn:aws:iam::${HOME}:role/other` } })) }, 'no endpoint'),
  scenario('an endpoint permits nothing by itself', {}, { endpoint: endpoint(allow('*', '*', EVERYBODY)) }, 'no identity'),
  scenario('an endpoint stops the root user as well', { principal: root() }, { endpoint: endpoint(allow('sts:*', '*', EVERYBODY)) }, 'no endpoint'),
];
