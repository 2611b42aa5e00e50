import * as sdk from '@aws-sdk/client-kms';
import { defineService, type Service } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { aliasOperations } from './alias-operations';
import { cryptoOperations } from './crypto-operations';
import { deletionOperations } from './key-deletion';
import { grantOperations } from './grant-operations';
import { keyOperations } from './key-operations';
import type { KmsState } from './kms-state';
import { tagOperations } from './kms-tags';
import { multiRegionOperations } from './multi-region-operations';
import { rotationOperations } from './rotation-operations';

/** Key Management Service: symmetric keys, with real encryption. */
export function createKmsService(state: KmsState, iam: IamState): Service {
  return defineService(sdk, 'kms', {
    ...keyOperations(state, iam),
    ...deletionOperations(state),
    ...tagOperations(state),
    ...aliasOperations(state),
    ...cryptoOperations(state),
    ...grantOperations(state, iam),
    ...rotationOperations(state),
    ...multiRegionOperations(state, iam),
  });
}
