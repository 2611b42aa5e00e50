import type { Place } from '../../../gateway/service';

export type ParameterGroupKind = 'cluster' | 'instance';

/** A value that somebody set, and when it takes effect. */
export interface ParameterSetting {
  readonly value: string;
  readonly applyMethod: 'immediate' | 'pending-reboot';
}

/** A DB cluster parameter group or a DB parameter group. */
export interface ParameterGroup {
  readonly kind: ParameterGroupKind;
  readonly place: Place;
  readonly name: string;
  /** Engine and major version, such as `aurora-postgresql17`. */
  readonly family: string;
  readonly description: string;
  /** What differs from the family's defaults. */
  readonly settings: Map<string, ParameterSetting>;
  tags: Record<string, string>;
}
