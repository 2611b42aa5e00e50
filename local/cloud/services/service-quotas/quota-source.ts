import type { Place } from '../../gateway/service';

/** A quota as its service defines it. */
export interface QuotaDefinition {
  /** Such as `L-2E428669`. */
  readonly code: string;
  readonly name: string;
  /** Before anybody has asked for more. */
  readonly value: number;
  readonly adjustable: boolean;
}

/** The quotas of a service, which the service itself heeds. */
export interface QuotaSource {
  /** Such as `redshift`. */
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly quotas: readonly QuotaDefinition[];
  valueOf(code: string, place: Place): number;
  apply(code: string, place: Place, value: number): void;
}
