import type * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import type { EcrState } from './ecr-state';
import { checkRegistryPolicy } from './registry-policy';

const MOST_RULES = 10;
const MOST_DESTINATIONS = 25;

/** What is configured for a whole registry: replication, who may replicate into it, scanning. */
export function registryOperations(state: EcrState, iam: IamState): Operations<typeof sdk> {
  const access = (): Access[] => [{ resource: '*' }];
  const arnOf = ({ account, region }: Call): string => `arn:aws:ecr:${region}:${account}:*`;

  return {
    PutReplicationConfiguration: {
      // Another region's registry is written to by ECR's service-linked role. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-settings-configure.html
      access,
      run: ({ replicationConfiguration }, call) => {
        const rules = replicationConfiguration?.rules ?? [];
        checkRules(rules, call);
        state.in(call).replication = { rules };
        return { replicationConfiguration: { rules } };
      },
    },
    DescribeRegistry: { access, run: (_, call) => ({ registryId: call.account, replicationConfiguration: state.in(call).replication }) },
    PutRegistryPolicy: {
      access,
      run: ({ policyText = '' }, call) => {
        checkRegistryPolicy(iam, arnOf(call), policyText);
        state.in(call).policy = policyText;
        return { registryId: call.account, policyText };
      },
    },
    GetRegistryPolicy: {
      access,
      run: (_, call) => {
        const { policy } = state.in(call);
        if (policy === undefined) throw new AwsError('RegistryPolicyNotFoundException', `Registry policy does not exist in the registry with id '${call.account}'`);
        return { registryId: call.account, policyText: policy };
      },
    },
    PutRegistryScanningConfiguration: {
      access,
      run: ({ scanType = 'BASIC', rules = [] }, call) => {
        state.in(call).scanning = { scanType, rules };
        return { registryScanningConfiguration: { scanType, rules } };
      },
    },
    GetRegistryScanningConfiguration: { access, run: (_, call) => ({ registryId: call.account, scanningConfiguration: state.in(call).scanning }) },
  };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationConfiguration.html */
function checkRules(rules: readonly sdk.ReplicationRule[], { account, region }: Call): void {
  const invalid = (message: string): AwsError => new AwsError('ValidationException', `Invalid replication configuration: ${message}`);
  const destinations = rules.flatMap((rule) => rule.destinations ?? []);
  if (rules.length > MOST_RULES) throw invalid(`${rules.length} rules, at most ${MOST_RULES} are allowed`);
  if (destinations.length > MOST_DESTINATIONS) throw invalid(`${destinations.length} destinations, at most ${MOST_DESTINATIONS} are allowed`);
  if (destinations.some((each) => each.region === region && each.registryId === account)) throw invalid('the destination is the registry itself');
}
