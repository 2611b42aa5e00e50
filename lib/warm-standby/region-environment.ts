import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { ENV } from '../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { budgetOf } from '../config/warm-standby-budget';
import type { RegionNames, SystemNames } from './names';
import type { RegionNetwork } from './region-network';
import { mostTasks, TASK_VCPU, type RegionService } from './region-service';

export interface RegionEnvironmentProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly peer: RegionNames;
  readonly network: RegionNetwork;
  readonly service: RegionService;
  readonly topic: ITopic;
}

/** What functions of a region know: all of them, and those that work on its database or its tasks. */
export function environmentOf({ config, names, own, peer, network, service, topic }: RegionEnvironmentProps) {
  const pairs: Readonly<Record<string, string>> = own.role === 'primary' ? { [ENV.PEER_PAIR_FUNCTION]: peer.functionArn('pair-objects') } : {};
  return {
    common: {
      [ENV.SYSTEM]: names.system,
      [ENV.PEER_REGION]: peer.region,
      [ENV.WITNESS_REGION]: config.witnessRegion,
      [ENV.SWITCH_REGION]: config.standby.region,
      [ENV.STATE_TABLE]: names.table,
      [ENV.RPO_SECONDS]: String(config.objectives.rpoSeconds),
      [ENV.RTO_MINUTES]: String(config.objectives.rtoMinutes),
      [ENV.BUDGET]: JSON.stringify(budgetOf(config).steps),
      [ENV.RECORD_NAME]: config.domain.recordName,
      [ENV.CLUSTER]: names.cluster,
      [ENV.SERVICE]: names.service,
      [ENV.ACTIVE_TASKS]: String(config.service.activeTasks),
      [ENV.LOAD_BALANCER]: service.loadBalancer.loadBalancerDnsName,
      [ENV.REPORT_BUCKET]: own.reportBucket,
      [ENV.TOPIC_ARN]: topic.topicArn,
      [ENV.APPROVAL_MINUTES]: String(config.approval.timeoutMinutes),
    },
    database: {
      [ENV.INSTANCE]: own.instance,
      [ENV.INSTANCE_CLASS]: config.database.instanceClass,
      [ENV.DATABASE]: config.database.name,
      [ENV.BACKUP_RETENTION_DAYS]: String(config.database.backupRetentionDays),
      [ENV.BACKUP_WINDOW]: config.database.backupWindow,
      [ENV.RECONCILED_TABLES]: JSON.stringify(config.database.reconciledTables),
      [ENV.SUBNET_GROUP]: names.prefix,
      [ENV.PARAMETER_GROUP]: names.prefix,
      [ENV.DATA_KEY_ARN]: own.dataKeyArn,
      [ENV.ADMIN_SECRET]: names.adminSecret,
      [ENV.APP_SECRET]: names.appSecret,
      [ENV.DATABASE_GROUP]: network.databaseGroup.securityGroupId,
      [ENV.APP_GROUP]: network.applicationGroup.securityGroupId,
      [ENV.OWN_BUCKET]: own.dataBucket,
      [ENV.TASK_SUBNETS]: network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnetIds.join(','),
    },
    readiness: {
      [ENV.PEER_BUCKET]: peer.dataBucket,
      [ENV.MOST_TASKS]: String(mostTasks(config.service)),
      [ENV.TASK_VCPU]: String(TASK_VCPU),
    },
    pairing: {
      ownEnvironment: { [ENV.OWN_BUCKET]: own.dataBucket, [ENV.PEER_BUCKET]: peer.dataBucket, [ENV.PEER_DATA_KEY_ARN]: peer.dataKeyArn, [ENV.REPLICATION_ROLE_ARN]: own.replicationRoleArn },
      peerEnvironment: pairs,
    },
  } as const;
}
