import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RedshiftBackupConfig } from '../config/redshift-backup';
import { HoldfastStack } from '../shared/holdfast-stack';
import { PrivateNetwork } from '../shared/private-network';
import { SystemKey } from '../shared/system-key';
import { ProvisionedWarehouse } from './provisioned-warehouse';
import { RESTORE_KEY_ACTIONS } from './restore-key-actions';
import { ServerlessWarehouse } from './serverless-warehouse';
import { REDSHIFT_PORT, type WarehouseProps } from './warehouse-props';

export interface WarehouseStackProps {
  readonly env: { readonly account: string; readonly region: string };
  readonly config: RedshiftBackupConfig;
  readonly targetAccount: string;
}

/** A warehouse in private subnets, under a customer key that the target account may use for restores: what an existing one has to be like. */
export class WarehouseStack extends HoldfastStack {
  constructor(scope: Construct, id: string, { env, config, targetAccount }: WarehouseStackProps) {
    super(scope, id, { env, system: 'redshift-backup', description: `Warehouse ${config.source.clusterIdentifier}` });
    const { source, names } = config;
    const { warehouse, clusterIdentifier: identifier, database } = source;
    if (!('cidr' in warehouse)) throw new Error(`${identifier} exists already`);
    const key = new SystemKey(this, 'Key', { alias: names.sourceKeyAlias, description: `Warehouse ${identifier} and its snapshots`, users: ['logs'] });
    // The whole account is named, because its own policies say who of it restores; a snapshot has to be shared besides.
    key.addToResourcePolicy(
      new PolicyStatement({ sid: 'RestoreInTargetAccount', principals: [new AccountPrincipal(targetAccount)], actions: [...RESTORE_KEY_ACTIONS], resources: ['*'] }),
    );
    const { vpc, subnets } = new PrivateNetwork(this, 'Network', { network: { cidr: warehouse.cidr }, name: identifier, key, interfaceEndpoints: [] });
    const group = new SecurityGroup(this, 'ClusterGroup', { vpc, description: `Clients of ${identifier} in its own network`, allowAllOutbound: false });
    group.addIngressRule(Peer.ipv4(warehouse.cidr), Port.tcp(REDSHIFT_PORT), 'clients in the network');
    const props: WarehouseProps = { identifier, database, keyArn: key.keyArn, subnetIds: vpc.selectSubnets(subnets).subnetIds, securityGroupId: group.securityGroupId };
    if ('workgroup' in warehouse) new ServerlessWarehouse(this, 'Serverless', { ...props, ...warehouse });
    else new ProvisionedWarehouse(this, 'Provisioned', { ...props, ...warehouse });
  }
}
