import type { ComplianceType, ConfigRule, ConfigurationRecorder, DeliveryChannel } from '@aws-sdk/client-config-service';
import { regionalArn } from '../../gateway/arn';
import { PerRegion, type Place } from '../../gateway/service';

/** What a rule found about one resource. */
export interface Evaluation {
  readonly resourceType: string;
  readonly resourceId: string;
  readonly compliance: ComplianceType;
  readonly annotation: string | undefined;
  readonly at: Date;
}

/** A rule and what it has found. */
export interface Rule {
  readonly id: string;
  readonly createdAt: Date;
  definition: ConfigRule & { readonly ConfigRuleName: string };
  tags: Record<string, string>;
  evaluations: readonly Evaluation[];
  lastInvokedAt: Date | undefined;
  lastSucceededAt: Date | undefined;
  lastError: { readonly code: string; readonly message: string; readonly at: Date } | undefined;
  /** Ends its periodic evaluation. */
  schedule: AbortController;
}

/** What records the configuration of resources; an account has one in a region. */
export interface Recorder {
  readonly id: string;
  settings: ConfigurationRecorder & { readonly name: string };
  isRecording: boolean;
  startedAt: Date | undefined;
  stoppedAt: Date | undefined;
  tags: Record<string, string>;
}

/** What AWS Config keeps for one account in one region. */
export class ConfigRegion {
  readonly rules = new Map<string, Rule>();
  recorder: Recorder | undefined;
  channel: (DeliveryChannel & { readonly name: string }) | undefined;
}

/** What AWS Config keeps of all accounts and regions. */
export class ConfigState {
  private readonly regions = new PerRegion(() => new ConfigRegion());

  in(place: Place): ConfigRegion {
    return this.regions.in(place);
  }
}

export function ruleArn(place: Place, id: string): string {
  return regionalArn('config', place, `config-rule/${id}`);
}

export function recorderArn(place: Place, { settings, id }: Pick<Recorder, 'settings' | 'id'>): string {
  return regionalArn('config', place, `configuration-recorder/${settings.name}/${id}`);
}
