import { PublishCommand } from '@aws-sdk/client-sns';
import type { CloudContext } from '../../gateway/cloud-context';
import { servicePrincipal } from '../../gateway/principal';
import type { Place } from '../../gateway/service';
import { redshiftArn } from './redshift-arn';
import { REDSHIFT_EVENTS, type RedshiftEventName } from './redshift-events';
import type { EventSubscription, RedshiftEstate } from './state/estate';

/** https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications-subscribe.html */
const PUBLISHER = 'redshift.amazonaws.com';
const NAMES = { cluster: 'Cluster', 'cluster-snapshot': 'Cluster Snapshot', 'cluster-parameter-group': 'Cluster Parameter Group' } as const;

type EventKind = (typeof REDSHIFT_EVENTS)[RedshiftEventName];

/** What an event is about. */
interface Occasion {
  readonly place: Place;
  readonly identifier: string;
}

/** Records the events of clusters and snapshots, and sends them to the topics of event subscriptions. */
export class Notices {
  constructor(
    private readonly cloud: CloudContext,
    private readonly estate: RedshiftEstate,
  ) {}

  /** `subject` stands in the message for the second thing that the event names. */
  give({ place, identifier }: Occasion, name: RedshiftEventName, subject = ''): void {
    const kind = REDSHIFT_EVENTS[name];
    const at = this.cloud.clock.now();
    const text = kind.message.replace('{1}', identifier).replace('{2}', subject).replace('{time}', `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`);
    const state = this.estate.in(place);
    state.events.push({
      SourceIdentifier: identifier,
      SourceType: kind.source,
      Message: text,
      EventCategories: [kind.category],
      Severity: kind.severity,
      Date: at,
      EventId: kind.id,
    });
    for (const subscription of state.eventSubscriptions.values()) {
      if (wants(subscription, kind, identifier)) this.publish(subscription, kind, identifier, text, at);
    }
  }

  /** A topic that does not let Redshift publish hears nothing. */
  private publish({ name, place, topicArn }: EventSubscription, { id, source, severity }: EventKind, identifier: string, text: string, at: Date): void {
    const principal = servicePrincipal(PUBLISHER, place.account, redshiftArn('eventsubscription', place, name));
    const Message = JSON.stringify({
      'Event Source': source,
      Resource: identifier,
      'Event Time': at.toISOString(),
      'Identifier Link': `https://console.aws.amazon.com/redshiftv2/home?region=${place.region}`,
      Severity: severity,
      'Event ID': id,
      'About this Event': text,
      'Event Message': text,
    });
    void this.cloud
      .as(principal, place)
      .send(new PublishCommand({ TopicArn: topicArn, Subject: `[Amazon Redshift ${severity}] - ${NAMES[source]} ${identifier}`.slice(0, 100), Message }))
      .catch(() => undefined);
  }
}

function wants({ enabled, sourceType, sourceIds, categories, severity: lowest }: EventSubscription, { source, category, severity }: EventKind, identifier: string): boolean {
  if (!enabled || (sourceType !== undefined && sourceType !== source)) return false;
  if (sourceIds.length > 0 && !sourceIds.includes(identifier)) return false;
  // "INFO" stands for all severities.
  if (lowest === 'ERROR' && severity !== 'ERROR') return false;
  return categories.length === 0 || categories.some((wanted) => wanted.toLowerCase() === category);
}
