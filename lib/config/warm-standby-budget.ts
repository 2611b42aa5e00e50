import { LEASE_SECONDS, LOOK_SECONDS, UNSEEN_SECONDS } from '../../lambda/warm-standby/contract';

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

/** CloudWatch looks at the data of a minute when it is over, and what its alarm sets off begins. */
const ALARM_SECONDS = 60;
/** Two registers are written before the end of the lease is waited for. */
const RAISE_SECONDS = 10;
/** "Can take several minutes or longer": https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html. What drills must confirm. */
const PROMOTION_SECONDS = 480;
/** What is left when the database is promoted, and tasks have started beside that: a function connects and opens it; */
const OPEN_SECONDS = 20;
/** tasks ask for it every second, and give up a connection that was broken after three; */
const FIND_SECONDS = 5;
/** the first check comes too early for that, and one of the next, every five seconds and then a little less often, finds all of them. */
const CHECK_SECONDS = 40;
/** Where another region holds the switch, that one looks at it once a minute. Route 53 follows the data of its alarm, which has periods of a minute: the data arrive, and one evaluation later the answer changes. */
const SWITCH_SECONDS = LOOK_SECONDS + 120;
/** Until the check of the new region has seen its own writes come back through the public name. */
const VERIFY_SECONDS = 60;

/** Adds up what a failover takes at most when every check and wait is used to its end. Tasks start while the database is promoted. */
export function budgetOf({ probeFailures, approval, domain }: BudgetSettings): FailoverBudget {
  const steps = {
    detect: (probeFailures + 1) * LOOK_SECONDS + ALARM_SECONDS,
    decide: approval.timeoutMinutes * 60,
    fence: RAISE_SECONDS + LEASE_SECONDS,
    promote: PROMOTION_SECONDS,
    scale: OPEN_SECONDS + FIND_SECONDS + CHECK_SECONDS,
    switch: SWITCH_SECONDS + domain.ttlSeconds,
    verify: VERIFY_SECONDS,
  };
  return { steps, totalSeconds: Object.values(steps).reduce((sum, seconds) => sum + seconds, 0) };
}

/** A replica that follows is seconds behind; its heartbeat is looked at once a minute. */
const LEAST_LAG_SECONDS = 30;

/** Work that the loss of a region costs at most although everything is as it should be. */
export const LEAST_LOSS = { seconds: UNSEEN_SECONDS + LEAST_LAG_SECONDS, sum: `until it is missed ${LOOK_SECONDS} s + its lease ${LEASE_SECONDS} s + replication ${LEAST_LAG_SECONDS} s` } as const;

/** How far a replica may be behind so that a failover still meets the recovery point objective. */
export function lagAllowedBy({ rpoSeconds }: { readonly rpoSeconds: number }): number {
  return rpoSeconds - UNSEEN_SECONDS;
}
