import * as sdk from '@aws-sdk/client-secrets-manager';
import type { CloudContext } from '../../gateway/cloud-context';
import { defineService, type Service } from '../../gateway/service';
import type { IamState } from '../iam/iam-state';
import { policyOperations } from './policy-operations';
import { rotationOperations } from './rotation-operations';
import { SecretEncryption } from './secret-encryption';
import { secretOperations } from './secret-operations';
import { SecretReplication } from './secret-replication';
import { SecretVersions } from './secret-versions';
import { SecretsState } from './secrets-state';
import { valueOperations } from './value-operations';

/** Secrets Manager: secrets, their versions and copies, protected by KMS keys. */
export function createSecretsManagerService(context: CloudContext, iam: IamState): Service {
  const { clock } = context;
  const state = new SecretsState();
  const encryption = new SecretEncryption(context);
  const replication = new SecretReplication(state, encryption, clock, (error, where) => context.reportDefect(error, where));
  const ports = { state, clock, encryption, replication, versions: new SecretVersions(encryption, clock) };
  return defineService(sdk, 'secretsmanager', {
    ...secretOperations(ports),
    ...valueOperations(ports, context),
    ...policyOperations(ports, iam),
    ...rotationOperations(ports, context),
  });
}
