import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { WORKER_ENVIRONMENT, ENV, type OPERATIONS } from '../../lambda/snowflake-replicator/contract';
import type { SnowflakeReplicatorConfig } from '../config/snowflake-replicator';
import type { Permission } from '../shared/permission';
import type { PipelineNames } from './names';
import { ReplicatorFunction, type ReplicatorFunctionProps } from './replicator-function';
import type { ReplicatorNetwork } from './replicator-network';
import type { ReplicatorSettings } from './replicator-settings';
import type { ReplicatorStorage } from './replicator-storage';

export interface ReplicatorFunctionsProps {
  readonly config: SnowflakeReplicatorConfig;
  readonly names: PipelineNames;
  readonly key: IKey;
  readonly network: ReplicatorNetwork;
  readonly settings: ReplicatorSettings;
  readonly storage: ReplicatorStorage;
  readonly topic: ITopic;
}

type Operation = (typeof OPERATIONS)[number];
type WorkerProps = Pick<ReplicatorFunctionProps, 'memorySizeMb' | 'ephemeralStorageMb'>;

/** The most that Lambda allows; a worker stops in time and is called again. */
const WORKER_TIMEOUT = Duration.minutes(15);
/** Part files of two readers and two loaders, with room for their encrypted copies; a core's worth of CPU comes with the memory. */
const MOVES_ROWS: WorkerProps = { memorySizeMb: 1792, ephemeralStorageMb: 1024 };
const COMPARES_ROWS: WorkerProps = { memorySizeMb: 1024 };
const ASKS: WorkerProps = { memorySizeMb: 512 };

/** The functions that the state machine calls, in the order in which a run meets them. */
export class ReplicatorFunctions extends Construct {
  readonly listTables: ReplicatorFunction;
  readonly planReplication: ReplicatorFunction;
  readonly extractPartition: ReplicatorFunction;
  readonly commitLoad: ReplicatorFunction;
  readonly replicateTable: ReplicatorFunction;
  readonly verifyTable: ReplicatorFunction;
  readonly recordFailure: ReplicatorFunction;
  readonly finishRun: ReplicatorFunction;

  constructor(scope: Construct, id: string, private readonly props: ReplicatorFunctionsProps) {
    super(scope, id);
    const { settings, storage, topic, key } = props;
    const locking = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    const useKey: Permission = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] };
    const publish: readonly Permission[] = [{ actions: ['sns:Publish'], resources: [topic.topicArn] }, useKey];

    this.listTables = this.add('list-tables', 'Checks what a run was asked for and names its tables', [settings.reading, settings.listing], settings.environment);
    this.planReplication = this.worker('plan-replication', 'Decides how a table is brought over', locking, ASKS);
    this.extractPartition = this.worker('extract-partition', 'Brings one share of a table to its staging table', ['dynamodb:UpdateItem'], MOVES_ROWS);
    this.commitLoad = this.worker('commit-load', 'Proves what several functions have brought and makes it visible', ['dynamodb:UpdateItem'], ASKS);
    this.replicateTable = this.worker('replicate-table', 'Brings a table over, or what changed in it', locking, MOVES_ROWS);
    this.verifyTable = this.worker('verify-table', 'Compares both sides and repairs what differs', locking, COMPARES_ROWS);
    this.recordFailure = this.add(
      'record-failure',
      'Keeps what failed for good for a person to look at, and tells people',
      [{ actions: ['sqs:SendMessage'], resources: [storage.failures.queueArn] }, ...publish],
      { [ENV.FAILURE_QUEUE_URL]: storage.failures.queueUrl, [ENV.TOPIC_ARN]: topic.topicArn },
    );
    this.finishRun = this.add('finish-run', 'Ends a run and tells people what needs them', publish, { [ENV.TOPIC_ARN]: topic.topicArn });
  }

  /** All of them. */
  get all(): readonly ReplicatorFunction[] {
    return [this.listTables, this.planReplication, this.extractPartition, this.commitLoad, this.replicateTable, this.verifyTable, this.recordFailure, this.finishRun];
  }

  /** Those that move or compare rows. */
  get workers(): readonly ReplicatorFunction[] {
    return [this.planReplication, this.extractPartition, this.commitLoad, this.replicateTable, this.verifyTable];
  }

  private add(operation: Operation, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>>): ReplicatorFunction {
    const { names, key } = this.props;
    return new ReplicatorFunction(this, operation, { names, key, description, permissions, environment });
  }

  /** A function that works on a table: it reaches the source, Snowflake and Vault. */
  private worker(operation: Operation, description: string, lockActions: readonly string[], size: WorkerProps): ReplicatorFunction {
    const { config, names, key, settings, storage, network } = this.props;
    const { account, region } = Stack.of(this);
    return new ReplicatorFunction(this, operation, {
      names,
      key,
      description,
      timeout: WORKER_TIMEOUT,
      network: network.functions,
      environment: { ...settings.environment, ...vaultEnvironment(config), ...WORKER_ENVIRONMENT, [ENV.LOCK_TABLE]: storage.lockTable.tableName },
      permissions: [
        settings.reading,
        { actions: ['rds:DescribeDBClusters'], resources: [`arn:aws:rds:${region}:${account}:cluster:${config.source.clusterIdentifier}`] },
        { actions: lockActions, resources: [storage.lockTable.tableArn] },
        { actions: ['kms:Decrypt'], resources: [key.keyArn] },
        ...(config.vault.login.kind === 'token' ? [{ actions: ['secretsmanager:GetSecretValue'], resources: [config.vault.login.secretArn] }] : []),
      ],
      ...size,
    });
  }
}

function vaultEnvironment({ vault: { address, namespace, login } }: SnowflakeReplicatorConfig): Readonly<Record<string, string>> {
  return {
    [ENV.VAULT_ADDRESS]: address,
    ...(namespace !== undefined && { [ENV.VAULT_NAMESPACE]: namespace }),
    [ENV.VAULT_AUTH]: login.kind,
    ...(login.kind === 'aws'
      ? { [ENV.VAULT_AUTH_MOUNT]: login.mount, [ENV.VAULT_ROLE]: login.role, [ENV.VAULT_SERVER_ID]: login.serverId }
      : { [ENV.VAULT_TOKEN_SECRET_ARN]: login.secretArn }),
  };
}
