import type { Place } from '../../gateway/service';

/** An event that an AWS service puts on the default bus of the account and region in which it happened. */
export interface ServiceEvent {
  readonly place: Place;
  /** Such as `aws.rds`. */
  readonly source: string;
  readonly detailType: string;
  /** ARNs of what the event is about. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where the services of the local cloud say what happened, as they do on AWS. */
export interface EventSink {
  emit(event: ServiceEvent): void;
}
