import { instanceNameOf, ownNameOf } from '../../../../lambda/aurora-restore/cluster-names';
import type { ChosenSnapshot, RestoreRun } from '../../../../lambda/aurora-restore/contract';
import { describeCalls, type PlanSettings } from '../../../../lambda/aurora-restore/plan-calls';
import { chosenOf, OPERATION, runOf, snapshotArn, SOURCE, TARGET, TARGET_CLUSTER } from './fixtures';

const OWN_NAME = ownNameOf(TARGET_CLUSTER, OPERATION);
const FIRST = { clusterIdentifier: TARGET_CLUSTER, previousClusterIdentifier: null };
const NEXT = { clusterIdentifier: OWN_NAME, previousClusterIdentifier: TARGET_CLUSTER };

function callsOf(names: Parameters<typeof describeCalls>[2], run: Partial<RestoreRun> = {}, snapshot: Partial<ChosenSnapshot> = {}, settings: Partial<PlanSettings> = {}): string[] {
  return describeCalls(runOf(run), chosenOf(snapshot), names, { keepCopiesDays: 0, readsLiveSource: true, ...settings });
}

describe('describeCalls', () => {
  it('lists every call that changes something, in the order in which a run makes them', () => {
    expect(callsOf(NEXT, { deleteSource: true })).toEqual([
      `rds:ModifyDBClusterSnapshotAttribute nightly: restore by ${TARGET.account}`,
      `rds:CopyDBClusterSnapshot ${snapshotArn('nightly')} to ${OPERATION}-copy (${TARGET.region}, key ${TARGET.keyArn})`,
      `rds:RestoreDBClusterFromSnapshot ${OWN_NAME} from ${snapshotArn(`${OPERATION}-copy`, TARGET)}`,
      `rds:CreateDBInstance ${instanceNameOf(TARGET_CLUSTER, OPERATION)}`,
      'secretsmanager:PutSecretValue of the administrator',
      `rds:ModifyDBCluster ${OWN_NAME}: new master password`,
      'lambda:InvokeFunction take-manifest: read the live source, if the capture broke off before its second manifest',
      `s3:PutObject ${OPERATION}/reference.json: what the source said of its content`,
      `connect to ${OWN_NAME}: compare the content with manifest orders-refresh-20261121t0200`,
      `s3:PutObject ${OPERATION}/proof.json: the comparison`,
      'secretsmanager:PutSecretValue of the application, unless it has all passwords',
      `connect to ${OWN_NAME}: lock copied logins, create users, mask`,
      `rds:AddTagsToResource ${TARGET_CLUSTER}: retired`,
      `rds:ModifyDBCluster ${TARGET_CLUSTER}: security group that lets nobody in`,
      `rds:ModifyDBCluster ${TARGET_CLUSTER}: rename to ${TARGET_CLUSTER}-old-<time>`,
      `rds:ModifyDBCluster ${OWN_NAME}: rename to ${TARGET_CLUSTER}`,
      `rds:ModifyDBCluster ${TARGET_CLUSTER}: security group of the clients`,
      'rds:CreateDBClusterSnapshot of the source (final)',
      'rds:DeleteDBInstance of each instance of the source',
      'rds:DeleteDBCluster of the source',
      `rds:ModifyDBClusterSnapshotAttribute nightly: no longer restored by ${TARGET.account}`,
      `rds:DeleteDBClusterSnapshot ${OPERATION}-copy (${TARGET.region})`,
      'sns:Publish: how the run ended',
    ]);
  });

  it('leaves out what a first restore does not need: nothing makes room, is renamed or deleted', () => {
    const calls = callsOf(FIRST);

    expect(calls.filter((call) => /rename|retired|lets nobody in|of the source/.test(call))).toEqual([]);
  });

  it('reads the live source where there are no manifests, and compares with nothing where that may not be read either', () => {
    const live = callsOf(FIRST, {}, { manifestKey: null });
    const none = callsOf(FIRST, {}, { manifestKey: null }, { readsLiveSource: false });

    expect(live).toEqual(expect.arrayContaining(['lambda:InvokeFunction take-manifest: read the live source', `connect to ${TARGET_CLUSTER}: compare the content with the live source`]));
    expect(none.filter((call) => /take-manifest|reference\.json/.test(call))).toEqual([]);
    expect(none).toContain(`connect to ${TARGET_CLUSTER}: compare the content with nothing`);
  });

  it('keeps the last copy where the configuration says so, and deletes those on its way', () => {
    const [, copy] = chosenOf().hops;
    const via = { ...copy!, snapshotIdentifier: `${OPERATION}-via`, region: SOURCE.region };
    const calls = callsOf(FIRST, {}, { hops: [via, copy!] }, { keepCopiesDays: 7 });

    expect(calls.slice(-3)).toEqual([`rds:DeleteDBClusterSnapshot ${OPERATION}-via (${SOURCE.region})`, `rds:AddTagsToResource ${OPERATION}-copy (${TARGET.region}): delete after 7 days`, 'sns:Publish: how the run ended']);
  });
});
