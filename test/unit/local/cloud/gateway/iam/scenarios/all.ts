import { CROSS_ACCOUNT_SCENARIOS, FORWARD_ACCESS_SCENARIOS, SERVICE_SCENARIOS, TRUST_SCENARIOS } from './across-accounts';
import { ENDPOINT_SCENARIOS } from './endpoints';
import { GRANT_SCENARIOS, KEY_SCENARIOS } from './keys';
import type { Scenario } from './scenario';
import {
  BOUNDARY_SCENARIOS,
  IDENTITY_SCENARIOS,
  NOT_PRINCIPAL_SCENARIOS,
  ORGANIZATION_SCENARIOS,
  RESOURCE_SCENARIOS,
  SESSION_SCENARIOS,
} from './within-account';

/** Every expectation of the evaluator, by what it is about. */
export const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'policies of identities': IDENTITY_SCENARIOS,
  'policies of resources in the same account': RESOURCE_SCENARIOS,
  NotPrincipal: NOT_PRINCIPAL_SCENARIOS,
  'permissions boundaries': BOUNDARY_SCENARIOS,
  'session policies': SESSION_SCENARIOS,
  'policies of organizations': ORGANIZATION_SCENARIOS,
  'policies of VPC endpoints': ENDPOINT_SCENARIOS,
  'requests across accounts': CROSS_ACCOUNT_SCENARIOS,
  'services as principals': SERVICE_SCENARIOS,
  'forward access sessions': FORWARD_ACCESS_SCENARIOS,
  'trust policies': TRUST_SCENARIOS,
  'key policies': KEY_SCENARIOS,
  'grants of keys': GRANT_SCENARIOS,
};
