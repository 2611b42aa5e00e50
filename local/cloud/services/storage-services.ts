import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { MetricSink } from './cloudwatch/metric-sink';
import type { EventSink } from './events/event-sink';
import type { IamState } from './iam/iam-state';
import { dynamoDbResources } from './dynamodb/dynamodb-resources';
import { createDynamoDbService } from './dynamodb/dynamodb-service';
import { kmsResources } from './kms/kms-resources';
import { createKmsService } from './kms/kms-service';
import { KmsState } from './kms/kms-state';
import { s3Resources } from './s3/s3-resources';
import { createS3, type S3 } from './s3/s3-service';
import { secretsManagerResources } from './secretsmanager/secretsmanager-resources';
import { createSecretsManagerService } from './secretsmanager/secretsmanager-service';
import { ssmResources } from './ssm/ssm-resources';
import { createSsmService } from './ssm/ssm-service';

/** The services that keep things: keys, secrets, parameters, items, objects. */
export interface StorageServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  /** Stops and resumes the replication of a bucket, by its name. */
  readonly objectReplication: S3['replication'];
  readonly keys: KmsState;
  stop(): Promise<void>;
}

export interface StoragePorts {
  readonly context: CloudContext;
  readonly iam: IamState;
  readonly metrics: MetricSink;
  readonly events: EventSink;
}

export function createStorageServices(ports: StoragePorts): StorageServices {
  const { context, iam } = ports;
  const s3 = createS3(ports);
  const dynamoDb = createDynamoDbService(context, iam);
  const keys = new KmsState(context.clock);
  return {
    services: [createKmsService(keys, iam), createSecretsManagerService(context, iam), createSsmService(context), dynamoDb.service, s3.service],
    resources: { ...kmsResources, ...secretsManagerResources, ...ssmResources, ...dynamoDbResources, ...s3Resources },
    objectReplication: s3.replication,
    keys,
    stop: async () => {
      await dynamoDb.close();
      await s3.close();
    },
  };
}
