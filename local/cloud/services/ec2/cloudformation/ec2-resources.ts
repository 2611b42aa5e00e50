import type { ResourceProviders } from '../../../deploy/resource-provider';
import { endpointResources } from './endpoint-resources';
import { gatewayResources } from './gateway-resources';
import { securityResources } from './security-resources';
import { vpcResources } from './vpc-resources';

/** CloudFormation's EC2 resources: everything that a network consists of. */
export const ec2Resources: ResourceProviders = { ...vpcResources, ...gatewayResources, ...securityResources, ...endpointResources };
