import type { RestoreDBInstanceFromDBSnapshotMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import type { Access, Call } from '../../../gateway/service';
import { describeInstance } from '../describe/describe-instance';
import { openEndpoints } from '../endpoints';
import { optionGroupOf } from '../engine-versions';
import { publishIdleMetrics } from '../idle-metrics';
import { INSTANCE_LIFE_CYCLE } from '../life-cycle/instance-life-cycle';
import { assembleInstance, keepInstance } from '../new-instance';
import { checkPort } from '../new-database';
import { defaultGroupName } from '../parameters/server-parameters';
import type { RdsContext } from '../rds-context';
import { rdsNameOf } from '../rds-arn';
import { invalidValue, refuseUnsupported, required } from '../request-errors';
import { newResourceId } from '../resource-ids';
import { instanceOpened, instanceSource } from '../schedules';
import type { DbInstance } from '../state/database';
import { restoreServer } from '../storage/instance-storage';
import { whileHeld } from '../storage/snapshot-image';
import { checkUsable } from '../take-snapshot';
import { encryptionOfRestored } from './restore-cluster';
import type { RdsOperations } from './rds-operations';

const DEFAULT_CLASS = 'db.m6g.large';

/** RestoreDBInstanceFromDBSnapshot. */
export function restoreInstanceOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    RestoreDBInstanceFromDBSnapshot: {
      access: (input, call) => accessOf(rds, to, input, call),
      run: async (input, call) => ({ DBInstance: describeInstance(rds, await restoreInstance(rds, input, call)) }),
    },
  };
}

async function restoreInstance(rds: RdsContext, input: RestoreDBInstanceFromDBSnapshotMessage, call: Call): Promise<DbInstance> {
  refuseUnsupported(input, 'DBClusterSnapshotIdentifier', 'Domain', 'DomainFqdn', 'OptionGroupName', 'TdeCredentialArn', 'CustomIamInstanceProfile', 'ManageMasterUserPassword', 'DBName');
  const snapshot = rds.estate.usableSnapshot('instance', call, required('DBSnapshotIdentifier', input.DBSnapshotIdentifier));
  checkUsable(snapshot, 'restore');
  const { traits, origin, image, place } = snapshot;
  if (place.region !== call.region) throw invalidValue(`The snapshot ${snapshot.identifier} is in the region ${place.region}: copy it first.`);
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
  if (place.account !== call.account && traits.encryption.kind === 'sse-kms') throw invalidValue(`The snapshot ${snapshot.identifier} is shared and encrypted: copy it and restore the copy.`);
  if (input.Engine !== undefined && input.Engine !== traits.engine) throw invalidValue(`The snapshot ${snapshot.identifier} is of the engine ${traits.engine}, not ${input.Engine}`);
  const resourceId = newResourceId('db');
  const instance = await assembleInstance(rds, call, input, {
    resourceId,
    instanceClass: input.DBInstanceClass ?? DEFAULT_CLASS,
    traits: {
      ...traits,
      port: checkPort(input.Port, traits.port),
      storageType: input.StorageType ?? traits.storageType,
      sizeGb: Math.max(input.AllocatedStorage ?? 0, traits.sizeGb),
      iamAuthentication: input.EnableIAMDatabaseAuthentication ?? traits.iamAuthentication,
    },
    defaultRetentionDays: origin.backupRetentionDays,
    defaultBackupWindow: origin.backupWindow,
  });
  // There is no key to name in this request: what is restored stays under the snapshot's.
  instance.traits.encryption = await encryptionOfRestored(rds, call, traits.encryption, undefined, resourceId, 'snapshot');
  if (!image) throw new Error(`snapshot ${snapshot.identifier} is available and has no data`);
  keepInstance(rds, instance);
  rds.passages.begin(instance, INSTANCE_LIFE_CYCLE.restore, {
    work: () => whileHeld(image, () => restoreServer(rds, instance, image)),
    arrive: () => openEndpoints(rds, instance),
    then: () => {
      rds.notices.give(instanceSource(instance), 'instanceRestored', snapshot.identifier);
      publishIdleMetrics(rds, instance);
      instanceOpened(rds, instance);
    },
  });
  return instance;
}

function accessOf({ estate }: RdsContext, to: RdsAccess, input: RestoreDBInstanceFromDBSnapshotMessage, call: Call): readonly Access[] {
  const { name, place } = rdsNameOf('snapshot', call, input.DBSnapshotIdentifier ?? '');
  const { engine = 'postgres', engineVersion = '17' } = estate.in(place).snapshots.instance.get(name)?.traits ?? {};
  return [
    ...to.created('db', call, input.DBInstanceIdentifier, input.Tags, { 'rds:PubliclyAccessible': input.PubliclyAccessible ?? false }),
    to.existing('snapshot', call, input.DBSnapshotIdentifier),
    to.existing('pg', call, input.DBParameterGroupName ?? defaultGroupName(engine, engineVersion)),
    to.existing('og', call, optionGroupOf(engine, engineVersion)),
    to.existing('subgrp', call, input.DBSubnetGroupName ?? 'default'),
  ];
}
