import type { ResourceProviders } from '../../deploy/resource-provider';
import { clusterResource } from './resources/cluster-resource';
import { eventSubscriptionResource, parameterGroupResource, subnetGroupResource } from './resources/group-resources';

/** CloudFormation's Redshift resources. */
export const redshiftResources: ResourceProviders = {
  'AWS::Redshift::Cluster': clusterResource,
  'AWS::Redshift::ClusterSubnetGroup': subnetGroupResource,
  'AWS::Redshift::ClusterParameterGroup': parameterGroupResource,
  'AWS::Redshift::EventSubscription': eventSubscriptionResource,
};
