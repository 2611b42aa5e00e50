import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { SubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import type { AuroraRestoreConfig } from '../config/aurora-restore';
import type { FunctionNetwork } from '../shared/handler-function';
import { PrivateNetwork } from '../shared/private-network';
import type { PipelineNames } from './names';

const POSTGRES = Port.tcp(5432);
const HTTPS = Port.tcp(443);

export interface RestoreNetworkProps {
  readonly config: AuroraRestoreConfig;
  readonly names: PipelineNames;
  readonly key: IKey;
}

/** Where the restored cluster lives: closed to everybody but the functions that set it up, until it is proven. */
export class RestoreNetwork extends Construct {
  readonly subnetGroup: SubnetGroup;
  /** Lets in only the functions of this pipeline. */
  readonly quarantineGroup: SecurityGroup;
  /** Lets in the clients that the configuration names. */
  readonly clientGroup: SecurityGroup;
  /** For the functions that open database connections. */
  readonly functions: FunctionNetwork;

  constructor(scope: Construct, id: string, { config, names, key }: RestoreNetworkProps) {
    super(scope, id);
    const network = new PrivateNetwork(this, 'Network', {
      network: config.target.network,
      name: `aurora-restore-${names.pipeline}`,
      key,
      interfaceEndpoints: ['rds', 'secretsmanager'],
      gatewayEndpoints: ['s3', 'dynamodb'],
    });
    const { vpc, subnets } = network;
    this.quarantineGroup = new SecurityGroup(this, 'Quarantine', { vpc, description: 'Restored cluster before it is proven: functions of the pipeline only', allowAllOutbound: false });
    this.clientGroup = new SecurityGroup(this, 'Clients', { vpc, description: 'Restored cluster after it is proven', allowAllOutbound: false });
    for (const range of config.target.clientCidrs) this.clientGroup.addIngressRule(Peer.ipv4(range), POSTGRES, 'clients of the restored database');
    const functionGroup = new SecurityGroup(this, 'Functions', { vpc, description: 'Functions that set up and prove the restored cluster', allowAllOutbound: false });
    functionGroup.addEgressRule(this.quarantineGroup, POSTGRES, 'the restored cluster');
    // Gateway endpoints are public addresses; the subnets have no route to any other.
    functionGroup.addEgressRule(Peer.anyIpv4(), HTTPS, 'endpoints of the network');
    this.quarantineGroup.addIngressRule(functionGroup, POSTGRES, 'functions of the pipeline');
    this.functions = { vpc, subnets, securityGroups: [functionGroup] };
    this.subnetGroup = new SubnetGroup(this, 'SubnetGroup', { vpc, vpcSubnets: subnets, subnetGroupName: `aurora-restore-${names.pipeline}`, description: `Restored clusters of ${names.pipeline}` });
  }
}
