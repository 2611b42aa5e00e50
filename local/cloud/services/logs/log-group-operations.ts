import { GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import { servicePrincipal } from '../../gateway/principal';
import type { Call, Operations, Place } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { groupAccess, taggingAccess } from './log-access';
import { groupArn, type LogGroup, type LogsState } from './logs-state';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;

/** The operations on log groups. */
export function logGroupOperations(state: LogsState, context: CloudContext): Operations<typeof sdk> {
  const byName = ({ logGroupName }: { logGroupName?: string | undefined }, call: Call) => groupAccess(state, call, logGroupName);
  const find = (call: Call, name: string | undefined) => state.group(call, name);
  return {
    CreateLogGroup: {
      access: ({ logGroupName, tags = {} }, call) => {
        const requested = { context: requestTagContext(tags) };
        return [...groupAccess(state, call, logGroupName, requested), ...(Object.keys(tags).length > 0 ? [{ action: 'logs:TagResource', resource: groupArn(call, logGroupName ?? ''), ...requested }] : [])];
      },
      run: async ({ logGroupName: name = '', kmsKeyId, tags = {}, logGroupClass = 'STANDARD', deletionProtectionEnabled = false }, call) => {
        if (!GROUP_NAME.test(name)) throw new AwsError('InvalidParameterException', `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`);
        const { groups } = state.in(call);
        if (groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
        if (kmsKeyId !== undefined) await requireUsableKey(context, call, name, kmsKeyId);
        const { account, region } = call;
        groups.set(name, {
          account,
          region,
          name,
          createdAtMs: Math.floor(context.clock.nowMs()),
          logGroupClass,
          retentionDays: undefined,
          kmsKeyArn: kmsKeyId,
          isDeletionProtected: deletionProtectionEnabled,
          tags: { ...tags },
          streams: new Map(),
          metricFilters: new Map(),
        });
        return {};
      },
    },
    DeleteLogGroup: {
      access: byName,
      run: ({ logGroupName }, call) => {
        const group = find(call, logGroupName);
        if (group.isDeletionProtected) throw new AwsError('ValidationException', 'Log group has deletion protection enabled.');
        state.in(group).groups.delete(group.name);
        return {};
      },
    },
    DescribeLogGroups: {
      access: () => [{ resource: '*' }],
      run: ({ logGroupNamePrefix = '', logGroupNamePattern, limit = 50, nextToken }, call) => {
        const pattern = logGroupNamePattern?.toLowerCase();
        const chosen = [...state.in(call).groups.values()]
          .filter(({ name }) => name.startsWith(logGroupNamePrefix) && (pattern === undefined || name.toLowerCase().includes(pattern)))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const page = pageOf(chosen, limit, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
        return { logGroups: page.items.map(describe), nextToken: page.nextToken };
      },
    },
    PutRetentionPolicy: {
      access: byName,
      run: ({ logGroupName, retentionInDays = 0 }, call) => {
        if (!RETENTION_DAYS.includes(retentionInDays)) throw new AwsError('InvalidParameterException', `Invalid retention value ${retentionInDays}. Please choose from: ${RETENTION_DAYS.join(', ')}`);
        find(call, logGroupName).retentionDays = retentionInDays;
        return {};
      },
    },
    DeleteRetentionPolicy: {
      access: byName,
      run: ({ logGroupName }, call) => {
        find(call, logGroupName).retentionDays = undefined;
        return {};
      },
    },
    AssociateKmsKey: {
      access: ({ logGroupName, resourceIdentifier }, call) => groupAccess(state, call, logGroupName ?? resourceIdentifier),
      run: async ({ logGroupName, resourceIdentifier, kmsKeyId = '' }, call) => {
        const group = find(call, logGroupName ?? resourceIdentifier);
        await requireUsableKey(context, group, group.name, kmsKeyId);
        group.kmsKeyArn = kmsKeyId;
        return {};
      },
    },
    DisassociateKmsKey: {
      access: ({ logGroupName, resourceIdentifier }, call) => groupAccess(state, call, logGroupName ?? resourceIdentifier),
      run: ({ logGroupName, resourceIdentifier }, call) => {
        find(call, logGroupName ?? resourceIdentifier).kmsKeyArn = undefined;
        return {};
      },
    },
    TagResource: {
      access: ({ resourceArn, tags = {} }, call) => taggingAccess(state, call, resourceArn, requestTagContext(tags)),
      run: ({ resourceArn, tags = {} }, call) => {
        const group = find(call, resourceArn);
        group.tags = { ...group.tags, ...tags };
        return {};
      },
    },
    UntagResource: {
      access: ({ resourceArn }, call) => taggingAccess(state, call, resourceArn),
      run: ({ resourceArn, tagKeys = [] }, call) => {
        const group = find(call, resourceArn);
        group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !tagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: ({ resourceArn }, call) => taggingAccess(state, call, resourceArn), run: ({ resourceArn }, call) => ({ tags: { ...find(call, resourceArn).tags } }) },
  };
}

/** Logs uses the key as itself, so the key's policy must name it. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
async function requireUsableKey(context: CloudContext, { account, region }: Place, name: string, keyArn: string): Promise<void> {
  const arn = groupArn({ account, region }, name);
  const kms = context.as(servicePrincipal(`logs.${region}.amazonaws.com`, account, arn), { account, region });
  try {
    await kms.send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256', EncryptionContext: { 'aws:logs:arn': arn } }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('InvalidParameterException', `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`);
  }
}

function describe(group: LogGroup): sdk.LogGroup {
  const arn = groupArn(group, group.name);
  const events = [...group.streams.values()].flatMap(({ events: kept }) => kept);
  return {
    logGroupName: group.name,
    creationTime: group.createdAtMs,
    retentionInDays: group.retentionDays,
    metricFilterCount: group.metricFilters.size,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0),
    kmsKeyId: group.kmsKeyArn,
    logGroupClass: group.logGroupClass,
    deletionProtectionEnabled: group.isDeletionProtected,
  };
}

