import type { WarmStandbyConfig } from '../config/warm-standby';

/** Which of the two regions: the one that serves from the beginning, or the one that stands by. */
export type Role = 'primary' | 'standby';

/** One region of a system and the names of what is in it. */
export interface RegionNames {
  readonly role: Role;
  readonly region: string;
  readonly instance: string;
  readonly instanceArn: string;
  readonly dataBucket: string;
  readonly logBucket: string;
  readonly reportBucket: string;
  /** Acts for S3 when this region's objects are copied to the other. */
  readonly replicationRole: string;
  readonly replicationRoleArn: string;
  readonly dataKeyArn: string;
  /** Begins the names of roles, which are the same namespace in all regions, and of what has them. */
  readonly prefix: string;
  readonly functionName: (operation: string) => string;
  readonly functionArn: (operation: string) => string;
  readonly stateMachine: string;
  readonly stateMachineArn: string;
  readonly rebuildStateMachine: string;
  readonly rebuildStateMachineArn: string;
  readonly tableArn: string;
}

/**
 * Names that both regions know of each other.
 *
 * They follow from the configuration alone: an export of a stack would tie the deployment of one region to the other.
 */
export interface SystemNames {
  readonly system: string;
  readonly prefix: string;
  readonly account: string;
  readonly table: string;
  readonly cluster: string;
  readonly service: string;
  readonly adminSecret: string;
  readonly appSecret: string;
  /** Alarm in the standby region that Route 53 follows. */
  readonly switchAlarm: string;
  /** Alarm in the primary region that it follows as well. */
  readonly recallAlarm: string;
  readonly witnessTableArn: string;
  readonly primary: RegionNames;
  readonly standby: RegionNames;
}

export function namesOf(config: WarmStandbyConfig, account: string): SystemNames {
  const { name, dataKeyId } = config;
  const prefix = `warm-standby-${name}`;
  const table = `WarmStandby-${name}`;
  const inRegion = (role: Role): RegionNames => {
    const { region } = config[role];
    const place = `${region}:${account}`;
    const regional = `${prefix}-${role}`;
    const functionName = (operation: string) => `${regional}-${operation}`;
    return {
      role,
      region,
      instance: prefix,
      instanceArn: `arn:aws:rds:${place}:db:${prefix}`,
      dataBucket: `${name}-app-data-${account}-${region}`,
      logBucket: `${name}-logs-${account}-${region}`,
      reportBucket: `${name}-reports-${account}-${region}`,
      replicationRole: `${regional}-replication`,
      replicationRoleArn: `arn:aws:iam::${account}:role/${regional}-replication`,
      dataKeyArn: `arn:aws:kms:${place}:key/${dataKeyId}`,
      prefix: regional,
      functionName,
      stateMachine: `${regional}-failover`,
      stateMachineArn: `arn:aws:states:${place}:stateMachine:${regional}-failover`,
      rebuildStateMachine: `${regional}-rebuild`,
      rebuildStateMachineArn: `arn:aws:states:${place}:stateMachine:${regional}-rebuild`,
      functionArn: (operation) => `arn:aws:lambda:${place}:function:${functionName(operation)}`,
      tableArn: `arn:aws:dynamodb:${place}:table/${table}`,
    };
  };
  return {
    system: name,
    prefix,
    account,
    table,
    cluster: prefix,
    service: prefix,
    adminSecret: `warm-standby/${name}/admin`,
    // Tasks of the standby region know it by a name without the six characters that end its ARN, so it must not end as if it had them:
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
    appSecret: `warm-standby/${name}/application`,
    switchAlarm: `warm-standby/${name}/StandbyServes`,
    recallAlarm: `warm-standby/${name}/ClientsRecalled`,
    witnessTableArn: `arn:aws:dynamodb:${config.witnessRegion}:${account}:table/${table}`,
    primary: inRegion('primary'),
    standby: inRegion('standby'),
  };
}

/** Under this name the primary region's stack hands its load balancer's name to the record, in the same region. */
export function loadBalancerExport({ prefix }: Pick<SystemNames, 'prefix'>): string {
  return `${prefix}-load-balancer`;
}
