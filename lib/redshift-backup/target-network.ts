import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnClusterSubnetGroup } from 'aws-cdk-lib/aws-redshift';
import { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { PrivateNetwork } from '../shared/private-network';
import type { BackupNames } from './names';

export interface TargetNetworkProps {
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly key: IKey;
}

/** Where clusters are restored: private subnets, and a group that lets nobody in. The proof asks through the Data API. */
export class TargetNetwork extends Construct {
  readonly subnetGroup: CfnClusterSubnetGroup;
  readonly closedGroup: SecurityGroup;
  readonly subnetIds: readonly string[];

  constructor(scope: Construct, id: string, { config, names, key }: TargetNetworkProps) {
    super(scope, id);
    const { vpc, subnets } = new PrivateNetwork(this, 'Network', { network: config.target.network, name: names.backupMachine, key, interfaceEndpoints: [] });
    this.closedGroup = new SecurityGroup(this, 'Closed', { vpc, description: 'Clusters that are restored to be proven: nobody connects', allowAllOutbound: false });
    const { subnetIds } = vpc.selectSubnets(subnets);
    this.subnetIds = subnetIds;
    this.subnetGroup = new CfnClusterSubnetGroup(this, 'SubnetGroup', { description: `Restored clusters of ${config.name}`, subnetIds });
  }
}
