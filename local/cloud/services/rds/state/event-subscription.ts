import type { Place } from '../../../gateway/service';

/** Whom RDS tells of which events. */
export interface EventSubscription {
  readonly place: Place;
  readonly name: string;
  readonly topicArn: string;
  readonly createdAt: Date;
  readonly sourceType: string | undefined;
  readonly sourceIds: readonly string[];
  readonly categories: readonly string[];
  readonly enabled: boolean;
  tags: Record<string, string>;
}
