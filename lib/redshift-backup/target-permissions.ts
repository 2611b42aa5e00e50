import type { RedshiftBackupConfig } from '../config/redshift-backup';
import type { Permission } from '../shared/permission';
import type { BackupNames } from './names';
import { adminSecrets, describeClusters, DESCRIBE_SNAPSHOTS, KEEP_UNDER_KEY, LOOK_AT_NETWORK, managePassword, onOwnServerlessSnapshots, readDatabase, readServerless, readSnapshotQuota, redshiftArn, requestedByPipeline, serverlessArn, serverlessSnapshots, taggedByPipeline, TAGS_OF_SNAPSHOTS, tagServerlessSnapshots, type Place } from './permissions';

/** Who restores what, and under which keys. */
export interface TargetPermissionsProps {
  readonly place: Place;
  readonly config: RedshiftBackupConfig;
  readonly names: BackupNames;
  readonly sourceAccount: string;
  readonly keyArn: string;
}

/** What the functions of the target account may do with shared snapshots, restored warehouses and own copies. */
export interface TargetPermissions {
  /** Of the account, and those that others share with it. */
  readonly listSnapshots: readonly Permission[];
  readonly readQuota: readonly Permission[];
  readonly findOwn: readonly Permission[];
  readonly listWarehouses: readonly Permission[];
  readonly restore: readonly Permission[];
  readonly check: readonly Permission[];
  readonly read: readonly Permission[];
  readonly keepCopy: readonly Permission[];
  readonly delete: readonly Permission[];
  readonly cleanUp: readonly Permission[];
  /** Deleting a copy that is released, and nothing else. */
  readonly release: readonly Permission[];
}

const NAMED_BY_SNAPSHOT = 'clusters of proofs are named after the snapshot that they are restored from';
const COPIES = 'copies are named after the snapshot that they are of';
const SHARED_KEY = 'the key of a shared snapshot belongs to the source account, and its policy decides';
const NAMED_BY_AWS = 'AWS gives ids to what it makes; the tag says whose it is';

/** Of clusters: everything is named by its ARN. */
export function restoredClusterPermissions(props: TargetPermissionsProps): TargetPermissions {
  const { place, config, names, sourceAccount } = props;
  const { database, readerUser, clusterIdentifier } = config.source;
  const clusters = redshiftArn(place, `cluster:${names.proofClusterPrefix}*`);
  const copies = redshiftArn(place, `snapshot:${names.proofClusterPrefix}*/${config.names.snapshotPrefix}-*`);
  const shared = redshiftArn({ account: sourceAccount, region: place.region }, `snapshot:${clusterIdentifier}/${config.names.snapshotPrefix}-*`);
  const deleteCopies: Permission = { actions: ['redshift:DeleteClusterSnapshot'], resources: [copies], because: COPIES };
  return {
    listSnapshots: [DESCRIBE_SNAPSHOTS],
    readQuota: [readSnapshotQuota(place)],
    findOwn: [DESCRIBE_SNAPSHOTS],
    listWarehouses: [describeClusters(place, '*', 'clusters of proofs are looked for among all')],
    restore: [
      { actions: ['redshift:RestoreFromClusterSnapshot'], resources: [clusters, shared], because: NAMED_BY_SNAPSHOT },
      LOOK_AT_NETWORK,
      ...useKeys(props, 'redshift'),
      ...managePassword(place, names.proofClusterPrefix),
    ],
    check: [{ actions: ['redshift:DescribeClusters'], resources: [clusters], because: NAMED_BY_SNAPSHOT }],
    read: readDatabase(place, { cluster: `${names.proofClusterPrefix}*`, database, user: readerUser, because: NAMED_BY_SNAPSHOT }),
    keepCopy: [
      { actions: ['redshift:CreateClusterSnapshot'], resources: [clusters, copies], because: COPIES },
      { actions: ['redshift:CreateTags'], resources: [copies], because: COPIES },
      DESCRIBE_SNAPSHOTS,
    ],
    delete: [{ actions: ['redshift:DeleteCluster'], resources: [clusters], because: NAMED_BY_SNAPSHOT }],
    cleanUp: [deleteCopies, { actions: ['redshift:ModifyClusterSnapshot'], resources: [copies], because: COPIES }],
    release: [deleteCopies],
  };
}

/** Of Redshift Serverless: everything bears the pipeline's tag. */
export function restoredNamespacePermissions(props: TargetPermissionsProps): TargetPermissions {
  const { place, config, names, sourceAccount, keyArn } = props;
  const [namespaces, workgroups, snapshots] = ['namespace/*', 'workgroup/*', 'snapshot/*'].map((resource) => serverlessArn(place, resource)) as [string, string, string];
  const ours = taggedByPipeline(config.name);
  const look: Permission = { actions: ['redshift-serverless:GetNamespace', 'redshift-serverless:GetWorkgroup'], resources: [namespaces, workgroups], because: 'what is not there yet has no tag' };
  const findOwn = [serverlessSnapshots(place, 'GetSnapshot'), TAGS_OF_SNAPSHOTS];
  const tagsOf: Permission = { actions: ['redshift-serverless:ListTagsForResource'], resources: [namespaces], because: NAMED_BY_AWS };
  const deleteCopies = onOwnServerlessSnapshots(place, config.name, 'redshift-serverless:DeleteSnapshot');
  return {
    listSnapshots: [serverlessSnapshots(place, 'ListSnapshots'), TAGS_OF_SNAPSHOTS],
    readQuota: [],
    findOwn,
    listWarehouses: [{ actions: ['redshift-serverless:ListNamespaces'], resources: ['*'], because: 'the action has no resource' }],
    restore: [
      look,
      tagsOf,
      { actions: ['redshift-serverless:CreateNamespace', 'redshift-serverless:CreateWorkgroup', 'redshift-serverless:TagResource'], resources: [namespaces, workgroups], because: NAMED_BY_AWS, conditions: requestedByPipeline(config.name) },
      { actions: ['redshift-serverless:RestoreFromSnapshot'], resources: [serverlessArn({ account: sourceAccount, region: place.region }, 'snapshot/*')], because: 'snapshots bear ids of AWS, and their own policy decides' },
      LOOK_AT_NETWORK,
      ...useKeys(props, 'redshift-serverless', 'redshift'),
      ...managePassword(place, names.proofClusterPrefix),
    ],
    check: [look, tagsOf],
    read: readServerless(place, ours),
    keepCopy: [
      { actions: ['redshift-serverless:CreateSnapshot'], resources: [namespaces], because: NAMED_BY_AWS, conditions: ours },
      { actions: ['redshift-serverless:CreateSnapshot'], resources: [snapshots], because: NAMED_BY_AWS },
      tagServerlessSnapshots(place, config.name),
      ...findOwn,
    ],
    delete: [
      look,
      { actions: ['redshift-serverless:DeleteWorkgroup', 'redshift-serverless:DeleteNamespace'], resources: [namespaces, workgroups], because: NAMED_BY_AWS, conditions: ours },
      // A namespace takes the secret of its administrator along, and gives its key back, with the caller's permissions.
      { actions: ['secretsmanager:DescribeSecret', 'secretsmanager:DeleteSecret'], resources: [adminSecrets(place, names.proofClusterPrefix)], because: 'Redshift names the secret after the namespace' },
      { actions: ['kms:DescribeKey', 'kms:RetireGrant'], resources: [keyArn], conditions: via(place, 'redshift-serverless') },
    ],
    cleanUp: [deleteCopies, onOwnServerlessSnapshots(place, config.name, 'redshift-serverless:UpdateSnapshot')],
    release: [deleteCopies],
  };
}

/** Asking keys by a dry run whether a restore may use them; with `own`, also the key of the copies. */
export function tryKeys(props: TargetPermissionsProps, own: boolean): readonly Permission[] {
  const actions = ['kms:DescribeKey', 'kms:CreateGrant'];
  return [{ actions, resources: [sourceKeys(props)], because: SHARED_KEY }, ...(own ? [{ actions, resources: [props.keyArn] }] : [])];
}

/** Trying the key of the copies in the other region. */
export function tryKeyElsewhere({ config, sourceAccount }: TargetPermissionsProps): readonly Permission[] {
  if (!config.regionCopy) return [];
  const { region } = config.regionCopy;
  return [{ actions: ['kms:DescribeKey', 'kms:CreateGrant'], resources: [`arn:aws:kms:${region}:${sourceAccount}:key/*`], because: SHARED_KEY }];
}

/** The key of the shared snapshot, to read it, and that of this account, to write under it: the warehouse and the secret of its administrator. */
function useKeys(props: TargetPermissionsProps, ...services: string[]): readonly Permission[] {
  return [
    { actions: ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant'], resources: [sourceKeys(props)], conditions: via(props.place, ...services), because: SHARED_KEY },
    { actions: KEEP_UNDER_KEY, resources: [props.keyArn], conditions: via(props.place, ...services, 'secretsmanager') },
  ];
}

function via({ region }: Place, ...services: string[]): Permission['conditions'] & object {
  return { StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.amazonaws.com`) } };
}

function sourceKeys({ place, config, sourceAccount }: TargetPermissionsProps): string {
  const { warehouse } = config.source;
  return 'kmsKeyArn' in warehouse ? warehouse.kmsKeyArn : `arn:aws:kms:${place.region}:${sourceAccount}:key/*`;
}
