import type { ResourceProviders } from '../../deploy/resource-provider';
import { dbClusterResource } from './resources/db-cluster-resource';
import { dbInstanceResource } from './resources/db-instance-resource';
import { eventSubscriptionResource } from './resources/event-subscription-resource';
import { clusterParameterGroupResource, parameterGroupResource } from './resources/parameter-group-resources';
import { subnetGroupResource } from './resources/subnet-group-resource';

/** CloudFormation's RDS resources. */
export const rdsResources: ResourceProviders = {
  'AWS::RDS::DBCluster': dbClusterResource,
  'AWS::RDS::DBInstance': dbInstanceResource,
  'AWS::RDS::DBSubnetGroup': subnetGroupResource,
  'AWS::RDS::DBClusterParameterGroup': clusterParameterGroupResource,
  'AWS::RDS::DBParameterGroup': parameterGroupResource,
  'AWS::RDS::EventSubscription': eventSubscriptionResource,
};
