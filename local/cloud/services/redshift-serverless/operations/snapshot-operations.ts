import type { Call } from '../../../gateway/service';
import { describePoint, describeSnapshot } from '../describe';
import { forgetSnapshot, keepRecoveryPoint, scheduleExpiry, takeSnapshot } from '../kept-data';
import { ServerlessAccess, tagsOf } from '../serverless-access';
import { conflict, invalid, paged, required, type ServerlessContext } from '../serverless-context';
import { accountsWithAccess } from '../shares';
import { serverlessArn, type KeptData, type ServerlessSnapshot } from '../state/estate';
import type { ServerlessOperations } from './serverless-operations';

const NAME = /^[a-z](?:-?[a-z0-9])*$/;
const LONGEST_DAYS = 3653;

/** Snapshots and recovery points. */
export function snapshotOperations(serverless: ServerlessContext): ServerlessOperations {
  const { estate } = serverless;
  const to = new ServerlessAccess(estate);
  const answer = (snapshot: ServerlessSnapshot, call: Call) => ({ snapshot: describeSnapshot(serverless, snapshot, call.account) });
  return {
    CreateSnapshot: {
      access: ({ namespaceName, tags }, call) => [to.namespace(call, namespaceName), ...to.created('snapshot', call, tags)],
      run: ({ namespaceName, snapshotName, retentionPeriod, tags }, call) =>
        answer(takeSnapshot(serverless, estate.namespace(call, namespaceName), { name: newName(snapshotName), retentionDays: days(retentionPeriod), tags: tagsOf(tags) }), call),
    },
    ConvertRecoveryPointToSnapshot: {
      access: ({ recoveryPointId, tags }, call) => [to.recoveryPoint(call, recoveryPointId), ...to.created('snapshot', call, tags)],
      run: ({ recoveryPointId, snapshotName, retentionPeriod, tags }, call) =>
        answer(keepRecoveryPoint(serverless, estate.recoveryPoint(call, recoveryPointId), { name: newName(snapshotName), retentionDays: days(retentionPeriod), tags: tagsOf(tags) }), call),
    },
    GetSnapshot: {
      access: ({ snapshotName, snapshotArn, ownerAccount }, call) => [ownerAccount === undefined || ownerAccount === call.account ? to.snapshot(call, snapshotName, snapshotArn) : to.snapshot(call, undefined)],
      run: ({ snapshotName, snapshotArn, ownerAccount }, call) => answer(visible(serverless, call, snapshotName, snapshotArn, ownerAccount), call),
    },
    ListSnapshots: {
      access: (_input, call) => [to.snapshot(call, undefined)],
      run: ({ namespaceName, namespaceArn, ownerAccount, startTime, endTime, ...paging }, call) => {
        const owner = ownerAccount ?? call.account;
        const snapshots = [...estate.in({ account: owner, region: call.region }).snapshots.values()].filter(
          (snapshot) => inRange(snapshot, { namespaceName, namespaceArn, startTime, endTime }) && (owner === call.account || accountsWithAccess(estate, snapshot).includes(call.account)),
        );
        const { items, nextToken } = paged(snapshots, paging);
        return { snapshots: items.map((snapshot) => describeSnapshot(serverless, snapshot, call.account)), nextToken };
      },
    },
    UpdateSnapshot: {
      access: ({ snapshotName }, call) => [to.snapshot(call, snapshotName)],
      run: ({ snapshotName, retentionPeriod }, call) => {
        const snapshot = estate.snapshot(call, snapshotName);
        snapshot.retentionDays = days(retentionPeriod);
        if (snapshot.status === 'AVAILABLE') scheduleExpiry(serverless, snapshot);
        return answer(snapshot, call);
      },
    },
    DeleteSnapshot: {
      access: ({ snapshotName }, call) => [to.snapshot(call, snapshotName)],
      run: ({ snapshotName }, call) => {
        const snapshot = estate.snapshot(call, snapshotName);
        if (snapshot.status === 'CREATING') throw conflict(`Snapshot ${snapshot.name} is being created.`);
        forgetSnapshot(serverless, snapshot);
        return { snapshot: { ...describeSnapshot(serverless, snapshot, call.account), status: 'DELETED' } };
      },
    },
    GetRecoveryPoint: {
      access: ({ recoveryPointId }, call) => [to.recoveryPoint(call, recoveryPointId)],
      run: ({ recoveryPointId }, call) => ({ recoveryPoint: describePoint(estate.recoveryPoint(call, recoveryPointId)) }),
    },
    ListRecoveryPoints: {
      access: (_input, call) => [to.recoveryPoint(call, undefined)],
      run: ({ namespaceName, namespaceArn, startTime, endTime, ...paging }, call) => {
        const points = [...estate.in(call).recoveryPoints.values()].filter((point) => inRange(point, { namespaceName, namespaceArn, startTime, endTime }));
        const { items, nextToken } = paged(points.reverse(), paging);
        return { recoveryPoints: items.map(describePoint), nextToken };
      },
    },
  };
}

/** The caller's own, or one of another account that its policy shares. */
function visible({ estate }: ServerlessContext, call: Call, name: string | undefined, arn: string | undefined, owner = call.account): ServerlessSnapshot {
  if ((name === undefined) === (arn === undefined)) throw invalid('Exactly one of snapshotName and snapshotArn must be provided.');
  const place = { account: owner, region: call.region };
  const snapshot = arn === undefined ? estate.snapshot(place, name) : [...estate.in(place).snapshots.values()].find((each) => serverlessArn('snapshot', each) === arn);
  if (!snapshot || (owner !== call.account && !accountsWithAccess(estate, snapshot).includes(call.account))) return estate.snapshot({ account: '', region: '' }, name ?? arn);
  return snapshot;
}

function inRange({ namespaceName, namespaceArn, createdAt }: KeptData, wanted: { namespaceName?: string | undefined; namespaceArn?: string | undefined; startTime?: Date | undefined; endTime?: Date | undefined }): boolean {
  return (
    (wanted.namespaceName === undefined || namespaceName === wanted.namespaceName) &&
    (wanted.namespaceArn === undefined || namespaceArn === wanted.namespaceArn) &&
    (wanted.startTime === undefined || createdAt >= wanted.startTime) &&
    (wanted.endTime === undefined || createdAt <= wanted.endTime)
  );
}

function newName(value: string | undefined): string {
  const name = required('snapshotName', value);
  if (!NAME.test(name) || name.length > 255) throw invalid(`Invalid snapshotName: ${name}`);
  return name;
}

function days(retentionPeriod = -1): number {
  if (retentionPeriod !== -1 && (retentionPeriod < 1 || retentionPeriod > LONGEST_DAYS)) throw invalid(`retentionPeriod ${retentionPeriod} must be -1 or between 1 and ${LONGEST_DAYS}.`);
  return retentionPeriod;
}
