import { Duration } from 'aws-cdk-lib';
import { DatabaseUnreachable } from '../../lambda/aurora-restore/contract';
import { ConcurrentChange } from '../../lambda/common/errors';
import { retryWithin } from '../shared/retry-within';

/** A database starts, fails over or has its doors changed. */
export const UNTIL_REACHABLE = retryWithin([DatabaseUnreachable.errorName], { interval: Duration.seconds(20), backoffRate: 1.5, budget: Duration.minutes(10) });

/** Somebody else changed the same item first. */
export const AFTER_THE_OTHER = retryWithin([ConcurrentChange.errorName], { interval: Duration.seconds(2), backoffRate: 2, budget: Duration.minutes(1) });
