import type * as sdk from '@aws-sdk/client-cloudtrail';
import type { CreateTrailRequest, CreateTrailResponse, Trail as ApiTrail, UpdateTrailRequest } from '@aws-sdk/client-cloudtrail';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, tagList, tagMap } from '../../gateway/tags';
import { eventOf, isManagementCall } from './event-record';
import { trailArn, type Trail, type TrailState } from './trail';
import type { TrailDelivery } from './trail-delivery';

export interface TrailPorts {
  readonly cloud: CloudContext;
  readonly state: TrailState;
  readonly delivery: TrailDelivery;
}

const NAME = /^[a-zA-Z0-9](?:[._-]?[a-zA-Z0-9])+$/;
/** "The maximum number of trails in a region is 5." */
const MOST_TRAILS = 5;
const MOST_EVENTS = 50;
/** "up to 90 days" */
const LOOKUP_MS = 90 * 86_400_000;
const ANY: readonly Access[] = [{ resource: '*' }];

/** Trails, and the events of the last 90 days. */
export function trailOperations({ cloud, state, delivery }: TrailPorts): Operations<typeof sdk> {
  const { clock } = cloud;
  const access = ({ Name }: { Name?: string | undefined }, call: Call): readonly Access[] => [{ resource: arnOf(call, Name) }];
  const about = ({ TrailName }: { TrailName?: string | undefined }, call: Call) => access({ Name: TrailName }, call);
  const named = (call: Call, nameOrArn: string | undefined): Trail => {
    const trail = state.visibleIn(call).find((each) => each.name === nameOrArn || trailArn(each) === nameOrArn);
    if (!trail) throw new AwsError('TrailNotFoundException', `Unknown trail: ${nameOrArn ?? ''} for the user: ${call.account}`);
    return trail;
  };
  return {
    CreateTrail: {
      access: ({ Name, TagsList, CloudWatchLogsRoleArn }, call) => [
        { resource: arnOf(call, Name), context: requestTagContext(tagMap(TagsList)) },
        ...(TagsList?.length ? [{ action: 'cloudtrail:AddTags', resource: arnOf(call, Name), context: requestTagContext(tagMap(TagsList)) }] : []),
        ...passed(CloudWatchLogsRoleArn),
      ],
      run: async (input, call) => {
        const trail = newTrail(state, call, input);
        await delivery.check(trail);
        state.in(call).set(trail.name, trail);
        return describe(trail);
      },
    },
    UpdateTrail: {
      access: (input, call) => [...access(input, call), ...passed(input.CloudWatchLogsRoleArn)],
      run: async (input, call) => {
        const trail = named(call, input.Name);
        const changed = { ...trail, ...membersOf(input, trail) };
        await delivery.check(changed);
        Object.assign(trail, membersOf(input, trail));
        return describe(trail);
      },
    },
    DeleteTrail: {
      access,
      run: ({ Name }, call) => {
        const trail = named(call, Name);
        if (trail.place.region !== call.region) throw new AwsError('InvalidHomeRegionException', `Trail ${trail.name} cannot be changed outside of its home region ${trail.place.region}.`);
        trail.isLogging = false;
        state.in(trail.place).delete(trail.name);
        return {};
      },
    },
    StartLogging: {
      access,
      run: ({ Name }, call) => {
        Object.assign(named(call, Name), { isLogging: true, startedAt: clock.now() });
        return {};
      },
    },
    StopLogging: {
      access,
      run: ({ Name }, call) => {
        Object.assign(named(call, Name), { isLogging: false, stoppedAt: clock.now() });
        return {};
      },
    },
    GetTrail: { access, run: ({ Name }, call) => ({ Trail: describeTrail(named(call, Name)) }) },
    DescribeTrails: {
      access: () => ANY,
      run: ({ trailNameList = [], includeShadowTrails = true }, call) => {
        const seen = state.visibleIn(call).filter((trail) => includeShadowTrails || trail.place.region === call.region);
        return { trailList: seen.filter((trail) => trailNameList.length === 0 || trailNameList.includes(trail.name) || trailNameList.includes(trailArn(trail))).map(describeTrail) };
      },
    },
    ListTrails: { access: () => ANY, run: (_input, call) => ({ Trails: state.visibleIn(call).map((trail) => ({ TrailARN: trailArn(trail), Name: trail.name, HomeRegion: trail.place.region })) }) },
    GetTrailStatus: {
      access,
      run: ({ Name }, call) => {
        const { isLogging, startedAt, stoppedAt, lastDelivery } = named(call, Name);
        return { IsLogging: isLogging, StartLoggingTime: startedAt, StopLoggingTime: stoppedAt, LatestDeliveryTime: lastDelivery?.at, LatestDeliveryError: lastDelivery?.error };
      },
    },
    PutEventSelectors: {
      access: about,
      run: ({ TrailName, EventSelectors, AdvancedEventSelectors }, call) => {
        const trail = named(call, TrailName);
        if (EventSelectors && AdvancedEventSelectors) throw new AwsError('InvalidEventSelectorsException', 'You can use either EventSelectors or AdvancedEventSelectors, but not both.');
        trail.eventSelectors = EventSelectors ?? [];
        trail.advancedSelectors = AdvancedEventSelectors ?? [];
        return { TrailARN: trailArn(trail), EventSelectors, AdvancedEventSelectors };
      },
    },
    GetEventSelectors: {
      access: about,
      run: ({ TrailName }, call) => {
        const trail = named(call, TrailName);
        return { TrailARN: trailArn(trail), ...(trail.advancedSelectors.length > 0 ? { AdvancedEventSelectors: [...trail.advancedSelectors] } : { EventSelectors: [...trail.eventSelectors] }) };
      },
    },
    PutInsightSelectors: {
      access: about,
      run: ({ TrailName, InsightSelectors = [] }, call) => {
        const trail = named(call, TrailName);
        trail.insightSelectors = InsightSelectors;
        return { TrailARN: trailArn(trail), InsightSelectors };
      },
    },
    GetInsightSelectors: {
      access: about,
      run: ({ TrailName }, call) => {
        const trail = named(call, TrailName);
        if (trail.insightSelectors.length === 0) throw new AwsError('InsightNotEnabledException', `Trail ${trail.name} does not have Insights enabled.`);
        return { TrailARN: trailArn(trail), InsightSelectors: [...trail.insightSelectors] };
      },
    },
    AddTags: {
      access: ({ ResourceId, TagsList }) => [{ resource: ResourceId ?? '*', context: requestTagContext(tagMap(TagsList)) }],
      run: ({ ResourceId, TagsList }, call) => {
        const trail = named(call, ResourceId);
        trail.tags = { ...trail.tags, ...tagMap(TagsList) };
        return {};
      },
    },
    RemoveTags: {
      access: ({ ResourceId }) => [{ resource: ResourceId ?? '*' }],
      run: ({ ResourceId, TagsList = [] }, call) => {
        const trail = named(call, ResourceId);
        const removed = TagsList.map(({ Key }) => Key);
        trail.tags = Object.fromEntries(Object.entries(trail.tags).filter(([key]) => !removed.includes(key)));
        return {};
      },
    },
    ListTags: {
      access: ({ ResourceIdList = [] }) => ResourceIdList.map((resource) => ({ resource })),
      run: ({ ResourceIdList = [] }, call) => ({ ResourceTagList: ResourceIdList.map((id) => ({ ResourceId: id, TagsList: tagList(named(call, id).tags) })) }),
    },
    LookupEvents: {
      access: () => ANY,
      run: ({ LookupAttributes = [], StartTime, EndTime, MaxResults = MOST_EVENTS, NextToken }, call) => {
        const oldestMs = clock.nowMs() - LOOKUP_MS;
        const calls = cloud.calls.all().filter((each) => each.account === call.account && each.region === call.region && isManagementCall(each) && each.at.getTime() >= oldestMs && (!StartTime || each.at >= StartTime) && (!EndTime || each.at <= EndTime));
        const events = calls.map(eventOf).filter((event) => LookupAttributes.every(({ AttributeKey, AttributeValue }) => (event as Record<string, unknown>)[AttributeKey ?? ''] === AttributeValue));
        const page = pageOf(events.reverse(), Math.min(MaxResults, MOST_EVENTS), NextToken);
        if (!page) throw new AwsError('InvalidNextTokenException', 'The token is not valid.');
        return { Events: [...page.items], NextToken: page.nextToken };
      },
    },
  };
}

function arnOf(call: Call, nameOrArn = ''): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : trailArn({ place: call, name: nameOrArn });
}

function passed(roleArn: string | undefined): readonly Access[] {
  return roleArn === undefined ? [] : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } }];
}

function newTrail(state: TrailState, call: Call, input: CreateTrailRequest): Trail {
  const { Name = '', IsOrganizationTrail, TagsList } = input;
  if (Name.length < 3 || Name.length > 128 || !NAME.test(Name)) throw new AwsError('InvalidTrailNameException', `Invalid trail name: ${Name}`);
  if (IsOrganizationTrail) throw new AwsError('OrganizationsNotInUseException', 'The account is not in an organization.');
  const trails = state.in(call);
  if (trails.has(Name)) throw new AwsError('TrailAlreadyExistsException', `Trail ${Name} already exists for customer: ${call.account}`);
  if (trails.size >= MOST_TRAILS) throw new AwsError('MaximumNumberOfTrailsExceededException', `User: ${call.account} already has ${MOST_TRAILS} trails in ${call.region}.`);
  const place = { account: call.account, region: call.region };
  const blank: Trail = {
    place,
    name: Name,
    bucket: '',
    prefix: undefined,
    topic: undefined,
    includesGlobalServices: true,
    isMultiRegion: false,
    validatesFiles: false,
    logGroupArn: undefined,
    logRoleArn: undefined,
    keyArn: undefined,
    eventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] }],
    advancedSelectors: [],
    insightSelectors: [],
    tags: tagMap(TagsList),
    isLogging: false,
    startedAt: undefined,
    stoppedAt: undefined,
    lastDelivery: undefined,
    pending: [],
  };
  return { ...blank, ...membersOf(input, blank) };
}

/** What a request says about a trail; what it leaves out stays as it was. */
function membersOf(input: UpdateTrailRequest, before: Trail) {
  return {
    bucket: input.S3BucketName ?? before.bucket,
    prefix: input.S3KeyPrefix ?? before.prefix,
    topic: input.SnsTopicName ?? before.topic,
    includesGlobalServices: input.IncludeGlobalServiceEvents ?? before.includesGlobalServices,
    isMultiRegion: input.IsMultiRegionTrail ?? before.isMultiRegion,
    validatesFiles: input.EnableLogFileValidation ?? before.validatesFiles,
    logGroupArn: input.CloudWatchLogsLogGroupArn ?? before.logGroupArn,
    logRoleArn: input.CloudWatchLogsRoleArn ?? before.logRoleArn,
    keyArn: input.KmsKeyId ?? before.keyArn,
  };
}

function describe(trail: Trail): CreateTrailResponse {
  return {
    Name: trail.name,
    TrailARN: trailArn(trail),
    S3BucketName: trail.bucket,
    S3KeyPrefix: trail.prefix,
    SnsTopicARN: trail.topic,
    IncludeGlobalServiceEvents: trail.includesGlobalServices,
    IsMultiRegionTrail: trail.isMultiRegion,
    LogFileValidationEnabled: trail.validatesFiles,
    CloudWatchLogsLogGroupArn: trail.logGroupArn,
    CloudWatchLogsRoleArn: trail.logRoleArn,
    KmsKeyId: trail.keyArn,
    IsOrganizationTrail: false,
  };
}

function describeTrail(trail: Trail): ApiTrail {
  return { ...describe(trail), HomeRegion: trail.place.region, HasCustomEventSelectors: trail.advancedSelectors.length > 0, HasInsightSelectors: trail.insightSelectors.length > 0 };
}
