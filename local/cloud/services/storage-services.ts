import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { IamState } from './iam/iam-state';
import { dynamoDbResources } from './dynamodb/dynamodb-resources';
import { createDynamoDbService } from './dynamodb/dynamodb-service';
import { kmsResources } from './kms/kms-resources';
import { createKmsService } from './kms/kms-service';
import { KmsState } from './kms/kms-state';
import { secretsManagerResources } from './secretsmanager/secretsmanager-resources';
import { createSecretsManagerService } from './secretsmanager/secretsmanager-service';
import { ssmResources } from './ssm/ssm-resources';
import { createSsmService } from './ssm/ssm-service';

/** The services that keep things: keys, secrets, parameters, items, objects. */
export interface StorageServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
  stop(): Promise<void>;
}

export function createStorageServices(context: CloudContext, iam: IamState): StorageServices {
  const dynamoDb = createDynamoDbService(context, iam);
  return {
    services: [createKmsService(new KmsState(context.clock), iam), createSecretsManagerService(context, iam), createSsmService(context), dynamoDb.service],
    resources: { ...kmsResources, ...secretsManagerResources, ...ssmResources, ...dynamoDbResources },
    stop: () => dynamoDb.close(),
  };
}
