import type { Place } from '../../gateway/service';
import { throttled } from './invocation-errors';
import type { LambdaFunction } from './lambda-function';
import type { LambdaState } from './lambda-state';

/** How many invocations an account may have at a time in a region. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const ACCOUNT_CONCURRENCY = 1000;
/** What must remain for functions without a reservation. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const LEAST_UNRESERVED = 100;

/** Counts the invocations at work and refuses those beyond what is reserved or left. */
export class Concurrency {
  private readonly atWork = new Map<LambdaFunction, number>();

  constructor(private readonly state: LambdaState) {}

  /** Begins an invocation, or refuses it; the returned function ends it. */
  enter(lambda: LambdaFunction): () => void {
    const count = this.of(lambda);
    const { reservedConcurrency } = lambda;
    if (reservedConcurrency !== undefined && count >= reservedConcurrency) throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    if (reservedConcurrency === undefined && this.unreservedAtWork(lambda) >= this.unreserved(lambda)) throw throttled('ConcurrentInvocationLimitExceeded');
    this.atWork.set(lambda, count + 1);
    return () => this.atWork.set(lambda, this.of(lambda) - 1);
  }

  /** How many invocations of the function are at work. */
  of(lambda: LambdaFunction): number {
    return this.atWork.get(lambda) ?? 0;
  }

  /** What the functions of a place share that have nothing reserved. */
  unreserved(place: Place): number {
    return this.state.in(place).reduce((left, { reservedConcurrency = 0 }) => left - reservedConcurrency, ACCOUNT_CONCURRENCY);
  }

  private unreservedAtWork(place: Place): number {
    return this.state
      .in(place)
      .filter(({ reservedConcurrency }) => reservedConcurrency === undefined)
      .reduce((sum, lambda) => sum + this.of(lambda), 0);
  }
}
