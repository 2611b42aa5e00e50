import type { DBSubnetGroup } from '@aws-sdk/client-rds';
import { rdsArn } from '../rds-arn';
import type { SubnetGroup } from '../state/subnet-group';

/** A subnet group as the API shows it. */
export function describeSubnetGroup({ place, name, description, vpcId, subnets }: SubnetGroup): DBSubnetGroup {
  return {
    DBSubnetGroupName: name,
    DBSubnetGroupDescription: description,
    DBSubnetGroupArn: rdsArn('subgrp', place, name),
    VpcId: vpcId,
    SubnetGroupStatus: 'Complete',
    Subnets: subnets.map(({ subnetId, availabilityZone }) => ({
      SubnetIdentifier: subnetId,
      SubnetAvailabilityZone: { Name: availabilityZone },
      SubnetOutpost: {},
      SubnetStatus: 'Active',
    })),
    SupportedNetworkTypes: ['IPV4'],
  };
}
