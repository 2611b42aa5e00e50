import type { Namespace as ApiNamespace, RecoveryPoint as ApiPoint, Snapshot as ApiSnapshot, Workgroup as ApiWorkgroup } from '@aws-sdk/client-redshift-serverless';
import type { Encryption } from '../redshift/state/encryption';
import { workgroupHostname } from './endpoints';
import type { ServerlessContext } from './serverless-context';
import { accountsWithAccess } from './shares';
import { serverlessArn, shownStatus, type Namespace, type RecoveryPoint, type ServerlessSnapshot, type Workgroup } from './state/estate';

const DAY_MS = 24 * 3_600_000;

export function describeNamespace(namespace: Namespace): ApiNamespace {
  const { secret } = namespace;
  const status = shownStatus(namespace);
  return {
    namespaceArn: serverlessArn('namespace', namespace),
    namespaceId: namespace.id,
    namespaceName: namespace.name,
    adminUsername: namespace.adminUsername,
    dbName: namespace.databaseName,
    kmsKeyId: keyOf(namespace.encryption),
    defaultIamRoleArn: namespace.defaultIamRoleArn,
    iamRoles: [...namespace.iamRoleArns],
    logExports: [...namespace.logExports],
    status: status === 'AVAILABLE' || status === 'DELETING' ? status : 'MODIFYING',
    creationDate: namespace.createdAt,
    ...(secret && { adminPasswordSecretArn: secret.arn, adminPasswordSecretKmsKeyId: secret.kmsKeyId }),
  };
}

export function describeWorkgroup(workgroup: Workgroup): ApiWorkgroup {
  const status = shownStatus(workgroup);
  return {
    workgroupId: workgroup.id,
    workgroupArn: serverlessArn('workgroup', workgroup),
    workgroupName: workgroup.name,
    namespaceName: workgroup.namespaceName,
    baseCapacity: workgroup.baseCapacity,
    maxCapacity: workgroup.maxCapacity,
    enhancedVpcRouting: workgroup.enhancedVpcRouting,
    publiclyAccessible: workgroup.publiclyAccessible,
    configParameters: [...workgroup.parameters],
    securityGroupIds: [...workgroup.securityGroupIds],
    subnetIds: [...workgroup.subnetIds],
    status: status === 'DELETED' ? 'DELETING' : status,
    endpoint: { address: workgroupHostname(workgroup), port: workgroup.port, vpcEndpoints: [] },
    creationDate: workgroup.createdAt,
    port: workgroup.port,
    trackName: 'current',
  };
}

/** A snapshot as the API shows it; only its owner sees whom it is shared with. */
export function describeSnapshot({ cloud, estate, passages }: ServerlessContext, snapshot: ServerlessSnapshot, viewer: string): ApiSnapshot {
  const { retentionDays, createdAt } = snapshot;
  const percent = passages.percentOf(snapshot);
  const status = shownStatus(snapshot);
  return {
    snapshotName: snapshot.name,
    snapshotArn: serverlessArn('snapshot', snapshot),
    namespaceName: snapshot.namespaceName,
    namespaceArn: snapshot.namespaceArn,
    snapshotCreateTime: createdAt,
    adminUsername: snapshot.adminUsername,
    status: status === 'AVAILABLE' || status === 'CREATING' ? status : 'FAILED',
    kmsKeyId: keyOf(snapshot.encryption),
    ownerAccount: snapshot.place.account,
    totalBackupSizeInMegaBytes: snapshot.sizeMb,
    actualIncrementalBackupSizeInMegaBytes: snapshot.sizeMb,
    backupProgressInMegaBytes: (snapshot.sizeMb * percent) / 100,
    elapsedTimeInSeconds: snapshot.underway ? Math.floor((cloud.clock.nowMs() - snapshot.underway.startedMs) / 1000) : 0,
    estimatedSecondsToCompletion: snapshot.underway ? Math.ceil((snapshot.underway.endsMs - cloud.clock.nowMs()) / 1000) : 0,
    snapshotRetentionPeriod: retentionDays,
    snapshotRetentionStartTime: createdAt,
    ...(retentionDays !== -1 && { snapshotRemainingDays: Math.max(0, Math.ceil((createdAt.getTime() + retentionDays * DAY_MS - cloud.clock.nowMs()) / DAY_MS)) }),
    ...(viewer === snapshot.place.account && { accountsWithRestoreAccess: [...accountsWithAccess(estate, snapshot)] }),
  };
}

export function describePoint(point: RecoveryPoint): ApiPoint {
  return {
    recoveryPointId: point.id,
    recoveryPointCreateTime: point.createdAt,
    totalSizeInMegaBytes: point.sizeMb,
    namespaceName: point.namespaceName,
    namespaceArn: point.namespaceArn,
    workgroupName: point.workgroupName,
  };
}

function keyOf(encryption: Encryption): string {
  return encryption.kind === 'kms' ? encryption.keyArn : 'AWS_OWNED_KMS_KEY';
}
