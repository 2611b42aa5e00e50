import type { EventSubscription as ApiSubscription } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import { AwsError } from '../../../gateway/aws-error';
import { found, type Call } from '../../../gateway/service';
import { byName, page } from '../describe/listing';
import { QUOTAS } from '../quotas';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination, required } from '../request-errors';
import type { EventSubscription } from '../state/event-subscription';
import { requestedTags } from '../tagging';
import type { RdsOperations } from './rds-operations';

/** CreateEventSubscription, DescribeEventSubscriptions, DeleteEventSubscription. */
export function eventSubscriptionOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    CreateEventSubscription: {
      access: (input, call) => to.created('es', call, input.SubscriptionName, input.Tags),
      run: (input, call) => {
        const name = required('SubscriptionName', input.SubscriptionName).toLowerCase();
        const subscriptions = rds.estate.in(call).eventSubscriptions;
        if (subscriptions.has(name)) throw new AwsError('SubscriptionAlreadyExistFault', `Subscription ${name} already exists.`);
        if (subscriptions.size >= QUOTAS.eventSubscriptions) throw new AwsError('EventSubscriptionQuotaExceededFault', `The request would exceed the quota of ${QUOTAS.eventSubscriptions} event subscriptions.`);
        if (input.SourceIds?.length && input.SourceType === undefined) throw invalidCombination('SourceType must be specified with SourceIds.');
        const subscription: EventSubscription = {
          place: { account: call.account, region: call.region },
          name,
          topicArn: required('SnsTopicArn', input.SnsTopicArn),
          createdAt: rds.cloud.clock.now(),
          sourceType: input.SourceType,
          sourceIds: input.SourceIds ?? [],
          categories: input.EventCategories ?? [],
          enabled: input.Enabled ?? true,
          tags: requestedTags(input.Tags),
        };
        subscriptions.set(name, subscription);
        return { EventSubscription: describe(subscription) };
      },
    },
    DescribeEventSubscriptions: {
      access: ({ SubscriptionName }, call) => [to.existing('es', call, SubscriptionName)],
      run: ({ SubscriptionName, ...paging }, call) => {
        const all = SubscriptionName === undefined ? rds.estate.in(call).eventSubscriptions.values() : [existing(rds, call, SubscriptionName)];
        const { items, Marker } = page(byName(all, ({ name }) => name), paging);
        return { EventSubscriptionsList: items.map(describe), Marker };
      },
    },
    DeleteEventSubscription: {
      access: ({ SubscriptionName }, call) => [to.existing('es', call, SubscriptionName)],
      run: ({ SubscriptionName }, call) => {
        const subscription = existing(rds, call, SubscriptionName);
        rds.estate.in(call).eventSubscriptions.delete(subscription.name);
        return { EventSubscription: { ...describe(subscription), Status: 'deleting' } };
      },
    },
  };
}

function existing({ estate }: RdsContext, call: Call, name: string | undefined): EventSubscription {
  return found(estate.in(call).eventSubscriptions.get((name ?? '').toLowerCase()), 'SubscriptionNotFoundFault', `Subscription ${name ?? ''} not found.`);
}

function describe(subscription: EventSubscription): ApiSubscription {
  const { place, name, topicArn, createdAt, sourceType, sourceIds, categories, enabled } = subscription;
  return {
    CustomerAwsId: place.account,
    CustSubscriptionId: name,
    EventSubscriptionArn: rdsArn('es', place, name),
    SnsTopicArn: topicArn,
    Status: 'active',
    SubscriptionCreationTime: createdAt.toISOString(),
    SourceType: sourceType,
    SourceIdsList: [...sourceIds],
    EventCategoriesList: [...categories],
    Enabled: enabled,
  };
}
