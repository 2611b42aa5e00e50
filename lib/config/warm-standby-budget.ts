import { LEASE_SECONDS } from '../../lambda/warm-standby/contract';

/** The settings that decide how long an unplanned failover may take. */
export interface BudgetSettings {
  readonly probeFailures: number;
  readonly approval: { readonly timeoutMinutes: number };
  readonly domain: { readonly ttlSeconds: number };
}

/** The steps of a failover, each with the seconds it may take. */
export interface FailoverBudget {
  readonly steps: Readonly<Record<'detect' | 'decide' | 'fence' | 'promote' | 'scale' | 'switch' | 'verify', number>>;
  readonly totalSeconds: number;
}

/** The lost region is probed once a minute. */
const PROBE_INTERVAL_SECONDS = 60;
/** "Can take several minutes or longer": https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html. What drills must confirm. */
const PROMOTION_SECONDS = 480;
/** Route 53 follows the data of the alarm, which has periods of a minute: the data arrive, and one evaluation later the answer changes. */
const SWITCH_SECONDS = 120;
/** Until the check of the new region has seen its own writes come back through the public name. */
const VERIFY_SECONDS = 60;

/** Adds up what a failover takes at most when every check and wait is used to its end. Tasks start while the database is promoted. */
export function budgetOf({ probeFailures, approval, domain }: BudgetSettings): FailoverBudget {
  const steps = {
    detect: (probeFailures + 1) * PROBE_INTERVAL_SECONDS,
    decide: approval.timeoutMinutes * 60,
    fence: LEASE_SECONDS,
    promote: PROMOTION_SECONDS,
    scale: 0,
    switch: SWITCH_SECONDS + domain.ttlSeconds,
    verify: VERIFY_SECONDS,
  };
  return { steps, totalSeconds: Object.values(steps).reduce((sum, seconds) => sum + seconds, 0) };
}
