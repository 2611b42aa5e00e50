import { CreateSecurityGroupCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeDBSubnetGroupsCommand, RDSClient } from '@aws-sdk/client-rds';
import { ClientMachine } from '../../rehearsal/client-machine';
import type { Stage } from '../../rehearsal/stage';
import type { PipelineOnStage } from './pipeline-on-stage';
import type { AuroraRestoreWorld } from './world';

/** A machine of those who use the restored database, in one of its subnets. */
export async function machineBeside(stage: Stage<AuroraRestoreWorld>, { name, target }: PipelineOnStage, subnetGroup: string): Promise<ClientMachine> {
  const { DBSubnetGroups: [group] = [] } = await stage.client(RDSClient, target).send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: subnetGroup }));
  const ec2 = stage.client(EC2Client, target);
  const subnetId = group?.Subnets?.[0]?.SubnetIdentifier ?? '';
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
  const GroupName = `application of ${name} ${stage.cloud.clock.nowMs()}`;
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId: subnet?.VpcId, GroupName, Description: 'Clients of the restored database' }));
  return new ClientMachine(stage.cloud, { name: `application beside ${name}`, place: target, subnetId, securityGroupIds: [GroupId] });
}
