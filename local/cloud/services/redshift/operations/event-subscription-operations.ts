import type { EventSubscription as ApiSubscription } from '@aws-sdk/client-redshift';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { tagList } from '../../../gateway/tags';
import { byName, page } from '../../rds/describe/listing';
import { invalidCombination, required } from '../../rds/request-errors';
import { RedshiftAccess } from '../access/redshift-access';
import { newIdentifier } from '../cluster-rules';
import { redshiftEventKinds } from '../redshift-events';
import type { RedshiftContext } from '../redshift-context';
import { hasTags, requestedTags } from '../request';
import type { EventSubscription } from '../state/estate';
import type { RedshiftOperations } from './redshift-operations';

const CATEGORIES = ['configuration', 'management', 'monitoring', 'security', 'pending'];

/** The operations on event subscriptions. */
export function eventSubscriptionOperations(redshift: RedshiftContext): RedshiftOperations {
  const to = new RedshiftAccess(redshift.estate);
  const named = (call: Call, name: string | undefined): EventSubscription =>
    found(redshift.estate.in(call).eventSubscriptions.get((name ?? '').toLowerCase()), 'SubscriptionNotFoundFault', `Subscription ${name ?? ''} not found.`);
  return {
    CreateEventSubscription: {
      access: (input, call) => to.created('eventsubscription', call, input.SubscriptionName, input.Tags),
      run: (input, call) => {
        const name = newIdentifier('SubscriptionName', input.SubscriptionName);
        const { eventSubscriptions } = redshift.estate.in(call);
        const most = redshift.quotas.limitOf('eventSubscriptions', call);
        if (eventSubscriptions.has(name)) throw new AwsError('SubscriptionAlreadyExistFault', `Subscription ${name} already exists.`);
        if (eventSubscriptions.size >= most) throw new AwsError('EventSubscriptionQuotaExceededFault', `The request would exceed the quota of ${most} event subscriptions.`);
        if (input.SourceIds?.length && input.SourceType === undefined) throw invalidCombination('SourceType must be specified with SourceIds.');
        checkFilters(input.EventCategories, input.Severity);
        const subscription: EventSubscription = {
          place: { account: call.account, region: call.region },
          name,
          createdAt: redshift.cloud.clock.now(),
          topicArn: required('SnsTopicArn', input.SnsTopicArn),
          sourceType: input.SourceType,
          sourceIds: input.SourceIds ?? [],
          categories: input.EventCategories ?? [],
          severity: input.Severity ?? 'INFO',
          enabled: input.Enabled ?? true,
          tags: requestedTags(input.Tags),
        };
        eventSubscriptions.set(name, subscription);
        return { EventSubscription: describe(subscription) };
      },
    },
    ModifyEventSubscription: {
      access: ({ SubscriptionName }, call) => [to.existing('eventsubscription', call, SubscriptionName)],
      run: (input, call) => {
        const subscription = named(call, input.SubscriptionName);
        checkFilters(input.EventCategories, input.Severity);
        subscription.topicArn = input.SnsTopicArn ?? subscription.topicArn;
        subscription.sourceType = input.SourceType ?? subscription.sourceType;
        subscription.sourceIds = input.SourceIds ?? subscription.sourceIds;
        subscription.categories = input.EventCategories ?? subscription.categories;
        subscription.severity = input.Severity ?? subscription.severity;
        subscription.enabled = input.Enabled ?? subscription.enabled;
        return { EventSubscription: describe(subscription) };
      },
    },
    DescribeEventSubscriptions: {
      access: () => [{ resource: '*' }],
      run: ({ SubscriptionName, TagKeys, TagValues, ...paging }, call) => {
        const all = SubscriptionName === undefined ? byName(redshift.estate.in(call).eventSubscriptions.values(), ({ name }) => name) : [named(call, SubscriptionName)];
        const { items, Marker } = page(all.filter(({ tags }) => hasTags(tags, TagKeys, TagValues)), paging);
        return { EventSubscriptionsList: items.map(describe), Marker };
      },
    },
    DeleteEventSubscription: {
      access: ({ SubscriptionName }, call) => [to.existing('eventsubscription', call, SubscriptionName)],
      run: ({ SubscriptionName }, call) => {
        redshift.estate.in(call).eventSubscriptions.delete(named(call, SubscriptionName).name);
        return {};
      },
    },
    DescribeEventCategories: {
      access: () => [{ resource: '*' }],
      run: ({ SourceType }) => {
        const types = ['cluster', 'cluster-parameter-group', 'cluster-snapshot'].filter((type) => SourceType === undefined || type === SourceType);
        return {
          EventCategoriesMapList: types.map((type) => ({
            SourceType: type,
            Events: redshiftEventKinds()
              .filter(({ source }) => source === type)
              .map(({ id, category, severity, message }) => ({ EventId: id, EventCategories: [category], Severity: severity, EventDescription: message })),
          })),
        };
      },
    },
  };
}

function checkFilters(categories: readonly string[] | undefined, severity: string | undefined): void {
  const unknown = categories?.find((category) => !CATEGORIES.includes(category.toLowerCase()));
  if (unknown !== undefined) throw new AwsError('SubscriptionCategoryNotFoundFault', `The event category ${unknown} does not exist. There are ${CATEGORIES.join(', ')}.`);
  if (severity !== undefined && !['ERROR', 'INFO'].includes(severity)) throw new AwsError('SubscriptionSeverityNotFoundFault', `The event severity ${severity} does not exist. There are ERROR and INFO.`);
}

function describe(subscription: EventSubscription): ApiSubscription {
  const { place, name, topicArn, createdAt, sourceType, sourceIds, categories, severity, enabled, tags } = subscription;
  return {
    CustomerAwsId: place.account,
    CustSubscriptionId: name,
    SnsTopicArn: topicArn,
    Status: 'active',
    SubscriptionCreationTime: createdAt,
    SourceType: sourceType,
    SourceIdsList: [...sourceIds],
    EventCategoriesList: [...categories],
    Severity: severity,
    Enabled: enabled,
    Tags: tagList(tags),
  };
}
