import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import type { Call, Operations } from '../../gateway/service';
import { requestTagContext, tagList, tagMap } from '../../gateway/tags';
import type { IamState } from '../iam/iam-state';
import { readResourcePolicy } from '../iam/read-resource-policy';
import { describeTable } from './describe-table';
import { tableAccess } from './item-access';
import type { Table, TableState } from './table';
import type { TableChanges } from './table-changes';
import type { Expiry } from './time-to-live';

const DAY_MS = 24 * 3_600_000;
/** AWS: "up to one hour". https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
const TIME_TO_LIVE_CHANGE_MS = 30 * 60_000;
const CHANGE_INTERVAL_MS = 3_600_000;
const RECOVERY_DAYS = 35;
const RECOVERY_LAG_MS = 5 * 60_000;

export interface TablePorts {
  readonly state: TableState;
  readonly changes: TableChanges;
  readonly expiry: Expiry;
  readonly clock: CloudClock;
  readonly iam: IamState;
}

/** Tables and what belongs to them. */
export function tableOperations(ports: TablePorts): Operations<typeof sdk> {
  return { ...lifeOperations(ports), ...timeToLiveOperations(ports), ...recoveryOperations(ports), ...tagOperations(ports), ...policyOperations(ports) };
}

function lifeOperations({ state, changes }: TablePorts): Operations<typeof sdk> {
  const byTableName = ({ TableName }: { TableName: string | undefined }, call: Call) => [tableAccess(state, TableName, call)];
  return {
    CreateTable: {
      access: ({ TableName, Tags, ResourcePolicy }, call) => {
        const context = requestTagContext(tagMap(Tags));
        return [
          tableAccess(state, TableName, call, { context }),
          ...(Tags?.length ? [tableAccess(state, TableName, call, { action: 'dynamodb:TagResource', context })] : []),
          ...(ResourcePolicy === undefined ? [] : [tableAccess(state, TableName, call, { action: 'dynamodb:PutResourcePolicy' })]),
        ];
      },
      run: async (input, call) => ({ TableDescription: describeTable(await changes.create({ ...input, TableName: input.TableName ?? '' }, call)) }),
    },
    DescribeTable: { access: byTableName, run: ({ TableName }, call) => ({ Table: describeTable(state.named(TableName, call)) }) },
    UpdateTable: {
      access: (input, call) => [
        tableAccess(state, input.TableName, call),
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables_reqs_bestpractices.html
        ...(input.ReplicaUpdates?.some(({ Create }) => Create) ? [tableAccess(state, input.TableName, call, { action: 'dynamodb:CreateTableReplica' })] : []),
      ],
      run: async (input, call) => {
        const table = state.named(input.TableName, call);
        await changes.update(table, input, call);
        return { TableDescription: describeTable(table) };
      },
    },
    DeleteTable: {
      access: byTableName,
      run: async ({ TableName }, call) => {
        const table = state.named(TableName, call);
        await changes.delete(table);
        return { TableDescription: describeTable(table) };
      },
    },
    ListTables: {
      access: () => [{ resource: '*' }],
      run: ({ ExclusiveStartTableName = '', Limit = 100 }, call) => {
        const names = [...state.in(call).tables.keys()].sort().filter((name) => name > ExclusiveStartTableName);
        const TableNames = names.slice(0, Limit);
        return { TableNames, ...(names.length > Limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
      },
    },
  };
}

function timeToLiveOperations({ state, expiry, clock }: TablePorts): Operations<typeof sdk> {
  const byTableName = ({ TableName }: { TableName: string | undefined }, call: Call) => [tableAccess(state, TableName, call)];
  return {
    UpdateTimeToLive: {
      access: byTableName,
      run: ({ TableName, TimeToLiveSpecification: specification }, call) => {
        const table = state.named(TableName, call);
        changeTimeToLive(table, specification?.AttributeName ?? '', specification?.Enabled ?? false, clock, () => expiry.begin(table));
        return { TimeToLiveSpecification: specification };
      },
    },
    DescribeTimeToLive: {
      access: byTableName,
      run: ({ TableName }, call) => {
        const { timeToLive } = state.named(TableName, call);
        const isOn = timeToLive && timeToLive.status !== 'DISABLED';
        return { TimeToLiveDescription: { TimeToLiveStatus: timeToLive?.status ?? 'DISABLED', ...(isOn && { AttributeName: timeToLive.attributeName }) } };
      },
    },
  };
}

function changeTimeToLive(table: Table, attributeName: string, enable: boolean, clock: CloudClock, begin: () => void): void {
  const { timeToLive: before } = table;
  const isEnabled = before?.status === 'ENABLED' || before?.status === 'ENABLING';
  if (isEnabled === enable) throw invalid(`TimeToLive is already ${enable ? 'enabled' : 'disabled'}`);
  if (before && clock.nowMs() - before.changedAtMs < CHANGE_INTERVAL_MS) throw invalid('Time to live has been modified multiple times within a fixed interval');
  before?.sweep?.timer.cancel();
  const after: NonNullable<Table['timeToLive']> = { attributeName, status: enable ? 'ENABLING' : 'DISABLING', changedAtMs: clock.nowMs(), sweep: undefined };
  table.timeToLive = after;
  clock.after(TIME_TO_LIVE_CHANGE_MS, () => {
    after.status = enable ? 'ENABLED' : 'DISABLED';
    if (enable && table.timeToLive === after) begin();
  });
}

function recoveryOperations({ state, clock }: TablePorts): Operations<typeof sdk> {
  const byTableName = ({ TableName }: { TableName: string | undefined }, call: Call) => [tableAccess(state, TableName, call)];
  const describe = ({ recovery }: Table): sdk.ContinuousBackupsDescription => {
    if (!recovery) return { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } };
    const earliestMs = Math.max(recovery.since.getTime(), clock.nowMs() - recovery.periodDays * DAY_MS);
    return {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: recovery.periodDays,
        EarliestRestorableDateTime: new Date(earliestMs),
        LatestRestorableDateTime: new Date(Math.max(earliestMs, clock.nowMs() - RECOVERY_LAG_MS)),
      },
    };
  };
  return {
    UpdateContinuousBackups: {
      access: byTableName,
      run: ({ TableName, PointInTimeRecoverySpecification: specification }, call) => {
        const table = state.named(TableName, call);
        if (table.status === 'CREATING') throw new AwsError('ContinuousBackupsUnavailableException', `Backups are being enabled for the table: ${table.name}. Please retry later`);
        const periodDays = specification?.RecoveryPeriodInDays ?? RECOVERY_DAYS;
        table.recovery = specification?.PointInTimeRecoveryEnabled ? { since: table.recovery?.since ?? clock.now(), periodDays } : undefined;
        return { ContinuousBackupsDescription: describe(table) };
      },
    },
    DescribeContinuousBackups: { access: byTableName, run: ({ TableName }, call) => ({ ContinuousBackupsDescription: describe(state.named(TableName, call)) }) },
  };
}

function tagOperations({ state }: TablePorts): Operations<typeof sdk> {
  return {
    TagResource: {
      access: ({ ResourceArn, Tags }, call) => [tableAccess(state, ResourceArn, call, { context: requestTagContext(tagMap(Tags)) })],
      run: ({ ResourceArn, Tags }, call) => {
        Object.assign(state.named(ResourceArn, call).tags, tagMap(Tags));
        return {};
      },
    },
    UntagResource: {
      access: ({ ResourceArn, TagKeys = [] }, call) => [tableAccess(state, ResourceArn, call, { context: { 'aws:TagKeys': TagKeys } })],
      run: ({ ResourceArn, TagKeys = [] }, call) => {
        const table = state.named(ResourceArn, call);
        table.tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsOfResource: {
      access: ({ ResourceArn }, call) => [tableAccess(state, ResourceArn, call)],
      run: ({ ResourceArn }, call) => ({ Tags: tagList(state.named(ResourceArn, call).tags) }),
    },
  };
}

function policyOperations({ state, iam }: TablePorts): Operations<typeof sdk> {
  const byArn = ({ ResourceArn }: { ResourceArn: string | undefined }, call: Call) => [tableAccess(state, ResourceArn, call)];
  return {
    PutResourcePolicy: {
      access: byArn,
      run: ({ ResourceArn, Policy = '' }, call) => {
        const table = state.named(ResourceArn, call);
        readResourcePolicy(iam, 'ordinary', table.arn, Policy, { malformed: invalid, invalidPrincipal: () => invalid('Invalid principal in policy') });
        const revision = randomUUID();
        table.policy = { document: Policy, revision };
        return { RevisionId: revision };
      },
    },
    GetResourcePolicy: {
      access: byArn,
      run: ({ ResourceArn }, call) => {
        const { policy } = state.named(ResourceArn, call);
        if (!policy) throw new AwsError('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${ResourceArn ?? ''}`);
        return { Policy: policy.document, RevisionId: policy.revision };
      },
    },
    DeleteResourcePolicy: {
      access: byArn,
      run: ({ ResourceArn }, call) => {
        state.named(ResourceArn, call).policy = undefined;
        return {};
      },
    },
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, { status: 400 });
}
