import { RemovalPolicy } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnDBInstance, DatabaseInstanceEngine, ParameterGroup, PostgresEngineVersion, SubnetGroup } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { WarmStandbyConfig } from '../config/warm-standby';
import { acknowledge } from '../shared/acknowledge';
import type { RegionNames, SystemNames } from './names';
import type { RegionNetwork } from './region-network';

export interface RegionDatabaseProps {
  readonly config: WarmStandbyConfig;
  readonly names: SystemNames;
  readonly own: RegionNames;
  readonly network: RegionNetwork;
  /** The administrator's credentials, which the primary is made with. */
  readonly adminSecret: ISecret;
}

const VERSION = '17';

/** A region's database: the primary, or its replica with a key of its own region. */
export class RegionDatabase extends Construct {
  readonly instance: CfnDBInstance;
  readonly subnetGroup: SubnetGroup;
  readonly parameterGroupName: string;

  constructor(scope: Construct, id: string, { config, names, own, network, adminSecret }: RegionDatabaseProps) {
    super(scope, id);
    const { database } = config;
    this.subnetGroup = new SubnetGroup(this, 'SubnetGroup', { vpc: network.vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, subnetGroupName: names.prefix, description: `Databases of ${names.system}` });
    // A replica takes over no parameters of another region, and must not have less of what limits it than its primary.
    const parameters = new ParameterGroup(this, 'Parameters', { engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.of(VERSION, VERSION) }), name: names.prefix, description: `Databases of ${names.system}`, parameters: { 'rds.force_ssl': '1' } });
    this.parameterGroupName = parameters.bindToInstance({}).parameterGroupName;
    const common = {
      dbInstanceIdentifier: own.instance,
      dbInstanceClass: database.instanceClass,
      dbSubnetGroupName: this.subnetGroup.subnetGroupName,
      dbParameterGroupName: this.parameterGroupName,
      vpcSecurityGroups: [network.databaseGroup.securityGroupId],
      storageType: 'gp3',
      multiAz: true,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      kmsKeyId: own.dataKeyArn,
      enableIamDatabaseAuthentication: true,
    };
    const secret = (field: string) => adminSecret.secretValueFromJson(field).unsafeUnwrap();
    this.instance = new CfnDBInstance(this, 'Instance', {
      ...common,
      ...(own.role === 'primary'
        ? {
            engine: 'postgres',
            engineVersion: VERSION,
            dbName: database.name,
            allocatedStorage: String(database.sizeGb),
            storageEncrypted: true,
            masterUsername: secret('username'),
            masterUserPassword: secret('password'),
            // A primary without backups can have no replica.
            backupRetentionPeriod: database.backupRetentionDays,
            preferredBackupWindow: database.backupWindow,
          }
        : // An encrypted instance of another region takes a URL signed for that region, which CloudFormation makes only when it is told the region:
          // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
          { sourceDbInstanceIdentifier: names.primary.instanceArn, sourceRegion: names.primary.region }),
    });
    this.instance.node.addDependency(this.subnetGroup, parameters);
    // The data of the application.
    this.instance.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(this.instance, 'the port is no secret; security groups decide who reaches it', 'AwsSolutions-RDS11');
    if (own.role === 'standby') acknowledge(this.instance, 'a replica has the storage encryption of its source, and its backups are switched on with its promotion', 'AwsSolutions-RDS2', 'AwsSolutions-RDS13');
  }
}
