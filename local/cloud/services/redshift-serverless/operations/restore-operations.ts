import { AwsError } from '../../../gateway/aws-error';
import type { Call } from '../../../gateway/service';
import { keepAdminSecret } from '../../redshift/access/dependent-actions';
import { parseRedshiftArn } from '../../redshift/redshift-arn';
import type { Encryption } from '../../redshift/state/encryption';
import type { SnapshotImage } from '../../rds/storage/snapshot-image';
import type { Damage } from '../../redshift/storage/damage';
import { describeNamespace } from '../describe';
import { openEndpoint, SERVER_PARAMETERS, workgroupHostname } from '../endpoints';
import { SERVERLESS_LIFE_CYCLE } from '../life-cycle';
import { ServerlessAccess } from '../serverless-access';
import { conflict, invalid, type ServerlessContext } from '../serverless-context';
import { openKey } from '../serverless-keys';
import { serverlessArn, type Namespace, type ServerlessSnapshot, type Workgroup } from '../state/estate';
import { idle } from './namespace-operations';
import type { ServerlessOperations } from './serverless-operations';

/** What a namespace gets instead of what it holds. */
interface RestoredData {
  readonly image: SnapshotImage | undefined;
  readonly encryption: Encryption;
  readonly adminUsername: string;
  readonly databaseName: string;
  readonly damage: Damage | undefined;
}

interface Target {
  readonly namespaceName: string | undefined;
  readonly workgroupName: string | undefined;
  readonly manageAdminPassword?: boolean | undefined;
  readonly adminPasswordSecretKmsKeyId?: string | undefined;
}

/** RestoreFromSnapshot, RestoreFromRecoveryPoint: both replace all databases of a namespace. */
export function restoreOperations(serverless: ServerlessContext): ServerlessOperations {
  const { estate } = serverless;
  const to = new ServerlessAccess(estate);
  return {
    RestoreFromSnapshot: {
      access: ({ snapshotName, snapshotArn, ownerAccount, namespaceName, manageAdminPassword }, call) => [
        to.snapshot(call, snapshotName, arnOf(serverless, call, { snapshotName, snapshotArn, ownerAccount })),
        ...(manageAdminPassword ? keepAdminSecret(call, namespaceName) : []),
      ],
      run: async (input, call) => {
        const data = dataOf(serverless, call, input);
        const namespace = await restore(serverless, call, input, data);
        return { snapshotName: input.snapshotName, ownerAccount: input.ownerAccount ?? call.account, namespace: describeNamespace(namespace) };
      },
    },
    RestoreFromRecoveryPoint: {
      access: ({ recoveryPointId }, call) => [to.recoveryPoint(call, recoveryPointId)],
      run: async ({ recoveryPointId, ...target }, call) => {
        const point = estate.recoveryPoint(call, recoveryPointId);
        return { recoveryPointId, namespace: describeNamespace(await restore(serverless, call, target, { ...point, damage: undefined })) };
      },
    },
  };
}

interface SnapshotNames {
  readonly snapshotName?: string | undefined;
  readonly snapshotArn?: string | undefined;
  readonly ownerAccount?: string | undefined;
}

/** The ARN of a serverless snapshot of another account; nothing for the caller's own by name and for those of clusters. */
function arnOf({ estate }: ServerlessContext, call: Call, { snapshotName, snapshotArn, ownerAccount }: SnapshotNames): string | undefined {
  if (snapshotArn !== undefined) return parseRedshiftArn(snapshotArn) ? undefined : snapshotArn;
  if (ownerAccount === undefined || ownerAccount === call.account) return undefined;
  const snapshot = estate.in({ account: ownerAccount, region: call.region }).snapshots.get(snapshotName ?? '');
  return snapshot && serverlessArn('snapshot', snapshot);
}

/** "snapshotArn: required if restoring from a provisioned cluster to Amazon Redshift Serverless": the SDK's type text. */
function dataOf(serverless: ServerlessContext, call: Call, { snapshotName, snapshotArn, ownerAccount }: SnapshotNames): RestoredData {
  if ((snapshotName === undefined) === (snapshotArn === undefined)) throw invalid('Exactly one of snapshotName and snapshotArn must be provided.');
  if (snapshotArn !== undefined && parseRedshiftArn(snapshotArn)) return provisionedData(serverless, call, snapshotArn);
  const { estate } = serverless;
  const snapshot: ServerlessSnapshot | undefined =
    snapshotArn === undefined ? estate.snapshot({ account: ownerAccount ?? call.account, region: call.region }, snapshotName) : estate.snapshotByArn(snapshotArn);
  if (!snapshot) throw new AwsError('ResourceNotFoundException', `Snapshot ${snapshotArn ?? ''} not found.`);
  if (snapshot.place.region !== call.region) throw invalid(`The snapshot is in ${snapshot.place.region}: it can be restored there only.`);
  if (snapshot.status !== 'AVAILABLE') throw conflict(`The snapshot ${snapshot.name} is not available.`);
  return { ...snapshot, damage: undefined };
}

function provisionedData({ provisionedSnapshot }: ServerlessContext, call: Call, arn: string): RestoredData {
  const snapshot = provisionedSnapshot(arn);
  if (!snapshot) throw new AwsError('ResourceNotFoundException', `Snapshot ${arn} not found.`);
  const { image, traits, damage, place, sharedWith, status } = snapshot;
  if (place.account !== call.account && !sharedWith.has(call.account)) throw new AwsError('AccessDeniedException', 'The owner of the specified snapshot has not authorized your account to access the snapshot.', { status: 400 });
  if (status !== 'available') throw conflict(`The snapshot ${arn} is not available.`);
  return { image, encryption: traits.encryption, adminUsername: traits.masterUsername, databaseName: traits.databaseName, damage };
}

async function restore(serverless: ServerlessContext, call: Call, target: Target, data: RestoredData): Promise<Namespace> {
  const { estate, passages } = serverless;
  const namespace = idle(estate.namespace(call, target.namespaceName));
  const workgroup = idle(estate.workgroup(call, target.workgroupName));
  if (workgroup.namespaceName !== namespace.name) throw invalid(`The workgroup ${workgroup.name} does not belong to the namespace ${namespace.name}.`);
  await openKey(serverless, call, data.encryption);
  const masterPassword = target.manageAdminPassword ? await newAdminPassword(serverless, call, namespace, data.adminUsername, target.adminPasswordSecretKmsKeyId) : undefined;
  passages.begin(namespace, SERVERLESS_LIFE_CYCLE.restore, {
    work: () => replaceServer(serverless, namespace, workgroup, data, masterPassword),
    arrive: () => openEndpoint(serverless, workgroup, namespace),
  });
  passages.begin(workgroup, SERVERLESS_LIFE_CYCLE.restore);
  return namespace;
}

/** "Amazon Redshift uses the admin credentials that the namespace or cluster had at the time the snapshot was taken", unless it manages them: the SDK's type text. */
async function newAdminPassword({ secrets }: ServerlessContext, call: Call, namespace: Namespace, username: string, kmsKeyId: string | undefined): Promise<string> {
  if (namespace.secret) await secrets.delete(call, namespace.secret);
  const { secret, password } = await secrets.create(call, { name: namespace.name, arn: serverlessArn('namespace', namespace), username, kmsKeyId });
  namespace.secret = secret;
  return password;
}

async function replaceServer({ storage }: ServerlessContext, namespace: Namespace, workgroup: Workgroup, { image, adminUsername, databaseName, damage }: RestoredData, masterPassword: string | undefined): Promise<void> {
  if (!image) throw new Error(`what is restored into ${namespace.name} has no data`);
  const before = namespace.server;
  namespace.server = await storage.restore({ name: namespace.name, hostnames: [workgroupHostname(workgroup)], parameters: SERVER_PARAMETERS, image, damage, databaseName, masterPassword });
  namespace.adminUsername = adminUsername;
  namespace.databaseName = databaseName;
  if (before) await storage.remove(before);
}
