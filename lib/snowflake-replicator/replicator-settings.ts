import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/snowflake-replicator/contract';
import { parameterPart } from '../../lambda/snowflake-replicator/settings';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import type { Permission } from '../shared/permission';
import type { PipelineNames } from './names';

export interface ReplicatorSettingsProps {
  readonly config: SnowflakeReplicatorConfig;
  readonly names: PipelineNames;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const LONGEST_VALUE = 4096;

/** What the functions are told through Parameter Store: settings that only a deployment changes, and no secret. */
export class ReplicatorSettings extends Construct {
  readonly environment: Readonly<Record<string, string>>;
  /** Reading the settings of the pipeline and of each table. */
  readonly reading: Permission;
  /** Finding out which tables there are. */
  readonly listing: Permission;

  constructor(scope: Construct, id: string, { config, names }: ReplicatorSettingsProps) {
    super(scope, id);
    const { settingsPath: path } = names;
    const { source, vault, snowflake, limits } = config;
    const { endpointService: _, stageBucket: __, ...destination } = snowflake;
    this.parameter('Pipeline', `${path}/pipeline`, { source, vault: { secretMount: vault.secretMount, pepperPath: vault.pepperPath }, snowflake: destination, limits });
    for (const [table, settings] of Object.entries(config.tables)) this.parameter(`Table-${table}`, `${path}/tables/${parameterPart(table)}`, settings);
    const { region, account } = Stack.of(this);
    const arn = `arn:aws:ssm:${region}:${account}:parameter${path}`;
    this.environment = { [ENV.SETTINGS_PATH]: path };
    this.reading = { actions: ['ssm:GetParameter'], resources: [`${arn}/pipeline`, `${arn}/tables/*`], because: 'the asterisk stands for the tables of the pipeline' };
    this.listing = { actions: ['ssm:GetParametersByPath'], resources: [`${arn}/tables`] };
  }

  private parameter(id: string, parameterName: string, value: unknown): void {
    const stringValue = JSON.stringify(value);
    if (stringValue.length > LONGEST_VALUE) throw new Error(`parameter ${parameterName} would have ${stringValue.length} characters, allowed are ${LONGEST_VALUE}`);
    new StringParameter(this, id, { parameterName, stringValue });
  }
}
