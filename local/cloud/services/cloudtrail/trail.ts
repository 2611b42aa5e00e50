import type { AdvancedEventSelector, EventSelector, InsightSelector } from '@aws-sdk/client-cloudtrail';
import type { CallRecord } from '../../gateway/call-log';
import { regionalArn } from '../../gateway/arn';
import { PerRegion, type Place } from '../../gateway/service';

/** Where the calls of an account are written down. */
export interface Trail {
  readonly place: Place;
  readonly name: string;
  bucket: string;
  prefix: string | undefined;
  topic: string | undefined;
  includesGlobalServices: boolean;
  isMultiRegion: boolean;
  validatesFiles: boolean;
  logGroupArn: string | undefined;
  logRoleArn: string | undefined;
  keyArn: string | undefined;
  eventSelectors: readonly EventSelector[];
  advancedSelectors: readonly AdvancedEventSelector[];
  insightSelectors: readonly InsightSelector[];
  tags: Record<string, string>;
  isLogging: boolean;
  startedAt: Date | undefined;
  stoppedAt: Date | undefined;
  lastDelivery: { readonly at: Date; readonly error: string | undefined } | undefined;
  /** Calls that wait for the next file. */
  pending: CallRecord[];
}

/** The trails of every account and region. */
export class TrailState {
  private readonly regions = new PerRegion(() => new Map<string, Trail>());

  in(place: Place): Map<string, Trail> {
    return this.regions.in(place);
  }

  /** Those that a region sees: its own, and those of other regions that are for all. */
  visibleIn({ account, region }: Place): readonly Trail[] {
    return this.regions.all().flatMap(([place, trails]) => (place.account === account ? [...trails.values()].filter((trail) => place.region === region || trail.isMultiRegion) : []));
  }
}

export function trailArn({ place, name }: { readonly place: Place; readonly name: string }): string {
  return regionalArn('cloudtrail', place, `trail/${name}`);
}
