import * as sdk from '@aws-sdk/client-ec2';
import type { CloudClock } from '../../gateway/clock';
import { defineService, type Service } from '../../gateway/service';
import { aclOperations } from './acl-operations';
import { catalogueOperations } from './catalogue-operations';
import { Ec2Access } from './ec2-access';
import type { Ec2State } from './ec2-state';
import { endpointOperations } from './endpoint-operations';
import { endpointServiceOperations } from './endpoint-service-operations';
import { flowLogOperations } from './flow-log-operations';
import { gatewayOperations } from './gateway-operations';
import { interfaceOperations } from './interface-operations';
import { peeringOperations } from './peering-operations';
import { routeOperations } from './route-operations';
import { securityGroupOperations } from './security-group-operations';
import { tagOperations } from './tag-operations';
import { vpcOperations } from './vpc-operations';

/** The networking half of EC2; there are no machines. */
export function createEc2Service(state: Ec2State, clock: CloudClock): Service {
  const access = new Ec2Access(state);
  return defineService(sdk, 'ec2', {
    ...vpcOperations(state, access),
    ...routeOperations(state, access),
    ...gatewayOperations(state, access, clock),
    ...securityGroupOperations(state, access),
    ...aclOperations(state, access),
    ...interfaceOperations(state, access),
    ...endpointOperations(state, access, clock),
    ...endpointServiceOperations(state, access),
    ...peeringOperations(state, access, clock),
    ...flowLogOperations(state, access, clock),
    ...catalogueOperations(state, access),
    ...tagOperations(state, access),
  });
}
