import type * as sdk from '@aws-sdk/client-ec2';
import { requestedId } from '../../gateway/requested-id';
import type { Operations } from '../../gateway/service';
import { tagList } from '../../gateway/tags';
import { tagsFor, type Ec2Access } from './ec2-access';
import { existing } from './ec2-errors';
import { isAsked, passesFilters } from './ec2-filters';
import type { EndpointService } from './ec2-records';
import { newId, type Ec2State } from './ec2-state';

/** PrivateLink services of one's own, which others reach through interface endpoints. */
export function endpointServiceOperations(state: Ec2State, access: Ec2Access): Operations<typeof sdk> {
  const serviceOf = (id: string | undefined): EndpointService => existing(state.endpointServices, 'vpc-endpoint-service', id);

  return {
    CreateVpcEndpointServiceConfiguration: {
      access: ({ TagSpecifications }, call) => access.creating(call, 'CreateVpcEndpointServiceConfiguration', 'vpc-endpoint-service', TagSpecifications),
      run: ({ NetworkLoadBalancerArns = [], AcceptanceRequired, PrivateDnsName, TagSpecifications }, { account, region }) => {
        const tags = tagsFor('vpc-endpoint-service', TagSpecifications);
        const id = requestedId(tags) ?? newId('vpce-svc');
        const service: EndpointService = {
          type: 'vpc-endpoint-service',
          id,
          account,
          region,
          serviceName: `com.amazonaws.vpce.${region}.${id}`,
          loadBalancerArns: NetworkLoadBalancerArns,
          acceptanceRequired: AcceptanceRequired ?? false,
          privateDnsName: PrivateDnsName,
          allowedPrincipals: new Set(),
          tags,
        };
        state.endpointServices.set(id, service);
        return { ServiceConfiguration: describe(service) };
      },
    },
    DescribeVpcEndpointServiceConfigurations: {
      access: access.describe,
      run: ({ ServiceIds, Filters }, call) => {
        const found = state
          .in(state.endpointServices, call)
          .filter((service) => isAsked(ServiceIds, service.id) && passesFilters(Filters, service, { 'service-id': [service.id], 'service-name': [service.serviceName] }));
        return { ServiceConfigurations: found.map(describe) };
      },
    },
    ModifyVpcEndpointServicePermissions: {
      access: ({ ServiceId }, call) => access.on(call, 'vpc-endpoint-service', ServiceId),
      run: ({ ServiceId, AddAllowedPrincipals = [], RemoveAllowedPrincipals = [] }) => {
        const { allowedPrincipals } = serviceOf(ServiceId);
        for (const principal of AddAllowedPrincipals) allowedPrincipals.add(principal);
        for (const principal of RemoveAllowedPrincipals) allowedPrincipals.delete(principal);
        return { ReturnValue: true };
      },
    },
    DescribeVpcEndpointServicePermissions: {
      access: ({ ServiceId }, call) => access.on(call, 'vpc-endpoint-service', ServiceId),
      run: ({ ServiceId }) => ({ AllowedPrincipals: [...serviceOf(ServiceId).allowedPrincipals].map((Principal) => ({ Principal, ServiceId })) }),
    },
    DeleteVpcEndpointServiceConfigurations: {
      access: ({ ServiceIds = [] }, call) => access.on(call, 'vpc-endpoint-service', ...ServiceIds),
      run: ({ ServiceIds = [] }) => {
        for (const id of ServiceIds) state.endpointServices.delete(serviceOf(id).id);
        return { Unsuccessful: [] };
      },
    },
  };
}

function describe(service: EndpointService): sdk.ServiceConfiguration {
  return {
    ServiceId: service.id,
    ServiceName: service.serviceName,
    ServiceState: 'Available',
    ServiceType: [{ ServiceType: 'Interface' }],
    AcceptanceRequired: service.acceptanceRequired,
    NetworkLoadBalancerArns: [...service.loadBalancerArns],
    PrivateDnsName: service.privateDnsName,
    Tags: tagList(service.tags),
  };
}
