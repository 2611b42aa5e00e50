import type { AccessRequest } from '../../../../../../../local/cloud/gateway/iam/access-request';
import type { ApplicablePolicies } from '../../../../../../../local/cloud/gateway/iam/applicable-policies';
import { request, type Verdict } from '../fixtures';

/** One expectation of the evaluator: the tables of all files are checked as they are, and again with each rule taken away. */
export interface Scenario {
  readonly title: string;
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  readonly expected: Verdict;
}

export function scenario(title: string, differences: Partial<AccessRequest>, policies: ApplicablePolicies, expected: Verdict): Scenario {
  return { title, request: request(differences), policies, expected };
}
