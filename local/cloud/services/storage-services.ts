import type { CloudContext } from '../gateway/cloud-context';
import type { Service } from '../gateway/service';
import type { ResourceProviders } from '../deploy/resource-provider';
import type { IamState } from './iam/iam-state';
import { kmsResources } from './kms/kms-resources';
import { createKmsService } from './kms/kms-service';
import { KmsState } from './kms/kms-state';

/** The services that keep things: keys, secrets, parameters, items, objects. */
export interface StorageServices {
  readonly services: readonly Service[];
  readonly resources: ResourceProviders;
}

export function createStorageServices({ clock }: CloudContext, iam: IamState): StorageServices {
  return {
    services: [createKmsService(new KmsState(clock), iam)],
    resources: { ...kmsResources },
  };
}
