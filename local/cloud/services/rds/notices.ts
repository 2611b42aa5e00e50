import type { SourceType } from '@aws-sdk/client-rds';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import type { EventSink } from '../events/event-sink';
import { rdsArn } from './rds-arn';
import { RDS_EVENTS, type RdsEventName } from './rds-events';
import type { EventSubscription } from './state/event-subscription';
import type { RdsEstate } from './state/estate';

/** How each type of source is called in ARNs and on EventBridge. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.sample.html */
const SOURCES = {
  'db-cluster': { arn: 'cluster', sourceType: 'CLUSTER', detailType: 'RDS DB Cluster Event' },
  'db-instance': { arn: 'db', sourceType: 'DB_INSTANCE', detailType: 'RDS DB Instance Event' },
  'db-cluster-snapshot': { arn: 'cluster-snapshot', sourceType: 'CLUSTER_SNAPSHOT', detailType: 'RDS DB Cluster Snapshot Event' },
  'db-snapshot': { arn: 'snapshot', sourceType: 'SNAPSHOT', detailType: 'RDS DB Snapshot Event' },
} as const satisfies Partial<Record<SourceType, object>>;

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html */
const PUBLISHER = 'events.rds.amazonaws.com';

/** What an event is about. */
export interface NoticeSource {
  readonly type: keyof typeof SOURCES;
  readonly place: Place;
  readonly identifier: string;
}

/** An event as it happened. */
interface Notice extends NoticeSource {
  readonly id: string;
  readonly arn: string;
  readonly categories: readonly string[];
  readonly text: string;
  readonly at: Date;
}

/** Records the events of databases and snapshots, and sends them to EventBridge and to the topics of event subscriptions. */
export class Notices {
  constructor(
    private readonly cloud: CloudContext,
    private readonly estate: RdsEstate,
    private readonly bus: EventSink,
  ) {}

  /** `subject` stands in the message for what the event names. */
  give({ type, place, identifier }: NoticeSource, name: RdsEventName, subject = ''): void {
    const { id, categories, message } = RDS_EVENTS[name];
    const arn = rdsArn(SOURCES[type].arn, place, identifier);
    const notice: Notice = { type, place, identifier, id, arn, categories, text: message.replace('{}', subject), at: this.cloud.clock.now() };
    const record = { SourceIdentifier: identifier, SourceType: type, SourceArn: arn, Date: notice.at, Message: notice.text, EventCategories: [...categories] };
    this.estate.in(place).events.push(record);
    this.emit(notice);
    for (const subscription of this.estate.in(place).eventSubscriptions.values()) if (wants(subscription, notice)) this.publish(subscription, notice);
  }

  private emit({ type, place, identifier, id, arn, categories, text, at }: Notice): void {
    const { sourceType, detailType } = SOURCES[type];
    this.bus.emit({
      place,
      source: 'aws.rds',
      detailType,
      resources: [arn],
      detail: { EventCategories: categories, SourceType: sourceType, SourceArn: arn, Date: at.toISOString(), Message: text, SourceIdentifier: identifier, EventID: id },
    });
  }

  /** A topic that does not let RDS publish hears nothing, and nobody is told. */
  private publish({ name, place, topicArn }: EventSubscription, { type, identifier, id, arn, text, at }: Notice): void {
    const principal = servicePrincipal(PUBLISHER, place.account, rdsArn('es', place, name));
    const Message = JSON.stringify({ 'Event Source': type, 'Event Time': at.toISOString(), 'Source ID': identifier, 'Source ARN': arn, 'Event ID': id, 'Event Message': text });
    void this.cloud
      .as(principal, place)
      .send(new PublishCommand({ TopicArn: topicArn, Subject: 'RDS Notification Message', Message }))
      .catch(() => undefined);
  }
}

function wants({ enabled, sourceType, sourceIds, categories: wanted }: EventSubscription, { type, identifier, categories }: Notice): boolean {
  if (!enabled || (sourceType !== undefined && sourceType !== type)) return false;
  if (sourceIds.length > 0 && !sourceIds.includes(identifier)) return false;
  return wanted.length === 0 || categories.some((category) => wanted.includes(category));
}
