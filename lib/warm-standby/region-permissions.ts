import type { Permission } from '../shared/permission';
import type { RegionNames, SystemNames } from './names';

/** What permissions name, of this region and the other. */
export interface RegionPlace {
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly peer: RegionNames;
  readonly witnessRegion: string;
  readonly keyArn: string;
  readonly topicArn: string;
  readonly databaseGroupId: string;
}

type Register = 'own' | 'peer' | 'witness';
export type RegionPermissions = ReturnType<typeof permissionsOf>;

const NAMED_LATER = 'Secrets Manager adds six characters to the name';

/** The permissions that functions of a region are put together from. */
export function permissionsOf({ names, own, peer, witnessRegion, keyArn, topicArn, databaseGroupId }: RegionPlace) {
  const { account } = names;
  const place = `${own.region}:${account}`;
  const db = (name: string) => `arn:aws:rds:${place}:db:${name}`;
  const tables: Readonly<Record<Register, string>> = { own: own.tableArn, peer: peer.tableArn, witness: names.witnessTableArn };
  const regions: Readonly<Record<Register, string>> = { own: own.region, peer: peer.region, witness: witnessRegion };
  const secret = (name: string): Permission => ({ actions: ['secretsmanager:GetSecretValue'], resources: [`arn:aws:secretsmanager:${place}:secret:${name}-??????`], because: NAMED_LATER });
  const useKey: Permission = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] };
  /** Tables of the other regions have keys whose ids are made there. */
  const useTableKeys = (registers: readonly Register[]): readonly Permission[] =>
    registers.map((register) =>
      register === 'own'
        ? { actions: ['kms:Decrypt'], resources: [keyArn] }
        : { actions: ['kms:Decrypt'], resources: [`arn:aws:kms:${regions[register]}:${account}:key/*`], conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${regions[register]}.amazonaws.com` } }, because: 'the id of the key is made in the other region' },
    );
  const onTables = (registers: readonly Register[], actions: readonly string[]): readonly Permission[] => [{ actions, resources: registers.map((register) => tables[register]) }, ...useTableKeys(registers)];
  const both = (arnIn: (region: string) => string) => [own.region, peer.region].map(arnIn);
  return {
    readAuthority: (registers: readonly Register[]) => onTables(registers, ['dynamodb:GetItem']),
    writeAuthority: (registers: readonly Register[]) => onTables(registers, ['dynamodb:PutItem']),
    ownTable: (actions: readonly string[]) => onTables(['own'], actions),
    /** The region that does not hold the switch notes that it could not turn it, and turns it later. */
    turnSwitch: own.role === 'standby' ? onTables(['own'], ['dynamodb:PutItem']) : onTables(['own', 'peer'], ['dynamodb:PutItem']),
    settleRecall: own.role === 'standby' ? [] : [...onTables(['witness'], ['dynamodb:GetItem']), ...onTables(['peer'], ['dynamodb:PutItem'])],
    readAdminSecret: secret(names.adminSecret),
    readApplicationSecret: secret(names.appSecret),
    useDataKeyForSecrets: [{ actions: ['kms:Decrypt'], resources: [own.dataKeyArn], conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${own.region}.amazonaws.com` } } }],
    findInstance: { actions: ['rds:DescribeDBInstances'], resources: [db(own.instance)] },
    promote: [{ actions: ['rds:DescribeDBInstances', 'rds:PromoteReadReplica'], resources: [db(own.instance)] }],
    /** Opens the way from the tasks to the database, or closes it. */
    changeIngress: (...changes: readonly ('Authorize' | 'Revoke')[]): readonly Permission[] => [
      { actions: ['ec2:DescribeSecurityGroupRules'], resources: ['*'], because: 'describing security group rules has no resource-level permissions' },
      { actions: changes.map((change) => `ec2:${change}SecurityGroupIngress`), resources: [`arn:aws:ec2:${place}:security-group/${databaseGroupId}`] },
    ],
    publish: [{ actions: ['sns:Publish'], resources: [topicArn] }, useKey],
    answerExecutions: [{ actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'], resources: ['*'], because: 'answers to tasks have no resource-level permissions: who has the token may answer' }],
    invokePeer: (operation: string): Permission => ({ actions: ['lambda:InvokeFunction'], resources: [peer.functionArn(operation)] }),
    findFailovers: { actions: ['states:DescribeExecution'], resources: [`arn:aws:states:${place}:execution:${own.stateMachine}:*`], because: 'executions are named after epochs' },
    startRebuild: { actions: ['states:StartExecution'], resources: [own.rebuildStateMachineArn] },
    /** Only the primary region needs to have the other one paired: its own objects are, by its template. */
    pairPeer: own.role === 'primary' ? [{ actions: ['lambda:InvokeFunction'], resources: [peer.functionArn('pair-objects')] }] : [],
    pairObjects: [
      { actions: ['s3:GetReplicationConfiguration', 's3:PutReplicationConfiguration'], resources: [`arn:aws:s3:::${own.dataBucket}`] },
      { actions: ['iam:PassRole'], resources: [own.replicationRoleArn], conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } } },
    ],
    readService: [{ actions: ['ecs:DescribeServices'], resources: [`arn:aws:ecs:${place}:service/${names.cluster}/${names.service}`] }],
    writeReports: [{ actions: ['s3:PutObject'], resources: [`arn:aws:s3:::${own.reportBucket}/*`], because: 'reports are named after failovers' }, useKey],
    readReadiness: [
      { actions: ['ecs:DescribeServices'], resources: both((region) => `arn:aws:ecs:${region}:${account}:service/${names.cluster}/${names.service}`) },
      { actions: ['ecs:DescribeTaskDefinition'], resources: ['*'], because: 'describing task definitions has no resource-level permissions' },
      // Asked as a dry run: whether RDS could still use the key.
      { actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: [own.dataKeyArn] },
      { actions: ['servicequotas:GetServiceQuota'], resources: both((region) => `arn:aws:servicequotas:${region}:${account}:fargate/L-3032A538`) },
      { actions: ['secretsmanager:DescribeSecret'], resources: [names.adminSecret, names.appSecret].flatMap((name) => both((region) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`)), because: NAMED_LATER },
      {
        actions: ['ecs:ListTasks'],
        resources: ['*'],
        conditions: { ArnEquals: { 'ecs:cluster': both((region) => `arn:aws:ecs:${region}:${account}:cluster/${names.cluster}`) } },
        because: 'listing tasks has container instances as its only resource, of which Fargate has none',
      },
      { actions: ['ecs:DescribeTasks'], resources: both((region) => `arn:aws:ecs:${region}:${account}:task/${names.cluster}/*`), because: 'ids of tasks are made when they start' },
      { actions: ['s3:GetReplicationConfiguration'], resources: [`arn:aws:s3:::${own.dataBucket}`] },
      { actions: ['ec2:DescribeSubnets'], resources: ['*'], because: 'describing subnets has no resource-level permissions' },
      { actions: ['s3:PutObject'], resources: [`arn:aws:s3:::${own.reportBucket}/*`], because: 'assessments are named after their time' },
      useKey,
    ],
    rebuild: [
      { actions: ['rds:DescribeDBInstances', 'rds:ModifyDBInstance'], resources: [db(own.instance), db(`${own.instance}-before-epoch-*`)], because: 'old databases are named after the epoch that ended them' },
      { actions: ['rds:DescribeDBInstances'], resources: [db(`${own.instance}-undone-in-epoch-*`)], because: 'replicas that made room are named after the epoch in which they did' },
      {
        actions: ['rds:CreateDBInstanceReadReplica'],
        resources: [db(own.instance), peer.instanceArn, `arn:aws:rds:${place}:pg:${names.prefix}`, `arn:aws:rds:${place}:subgrp:${names.prefix}`, `arn:aws:rds:${place}:og:default:postgres-17`],
      },
      {
        // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
        actions: ['kms:DescribeKey', 'kms:CreateGrant'],
        resources: [own.dataKeyArn, peer.dataKeyArn],
        conditions: { StringEquals: { 'kms:ViaService': [`rds.${own.region}.amazonaws.com`, `rds.${peer.region}.amazonaws.com`] } },
      },
    ],
    reconcile: [
      { actions: ['rds:DescribeDBInstances'], resources: [db(`${own.instance}-before-epoch-*`)], because: 'old databases are named after the epoch that ended them' },
      { actions: ['s3:ListBucketVersions'], resources: [`arn:aws:s3:::${own.dataBucket}`] },
      { actions: ['s3:GetObjectVersion'], resources: [`arn:aws:s3:::${own.dataBucket}/*`], because: 'the asterisk stands for the objects of the bucket' },
      { actions: ['s3:PutObject'], resources: [`arn:aws:s3:::${own.reportBucket}/*`], because: 'reports are named after failovers' },
      { actions: ['kms:GenerateDataKey'], resources: [keyArn] },
    ],
  } satisfies Record<string, Permission | readonly Permission[] | ((...inputs: never[]) => Permission | readonly Permission[])>;
}
