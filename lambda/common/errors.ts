/**
 * What the caller of a failed operation should do: `retry` when waiting may help, which the state machine does;
 * `stop` when a person has to change something first.
 */
export type Disposition = 'retry' | 'stop';

/**
 * A failure that the application has foreseen and named.
 *
 * Lambda reports `error.name` to Step Functions as the error type, and bundlers may rename classes, so every
 * subclass states its name as a literal in a static `errorName`, which state machines refer to.
 */
export abstract class OperationError extends Error {
  abstract override readonly name: string;
  abstract readonly disposition: Disposition;

  constructor(
    message: string,
    /** For machines: what the log line and the report carry beside the message. Never a secret. */
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The input has a field that is unknown, missing, of the wrong type or out of range. Nothing was touched. */
export class InvalidInput extends OperationError {
  static readonly errorName = 'Common.InvalidInput';
  override readonly name = InvalidInput.errorName;
  override readonly disposition = 'stop';

  constructor(what: string, readonly problems: readonly string[]) {
    super(`${what}: ${problems.join('; ')}`, { problems });
  }
}

/** The function's environment lacks a variable or has one that makes no sense: a mistake of its deployment. */
export class InvalidEnvironment extends OperationError {
  static readonly errorName = 'Common.InvalidEnvironment';
  override readonly name = InvalidEnvironment.errorName;
  override readonly disposition = 'stop';
}

/** Somebody else changed the same item at the same time; trying again reads the new state. */
export class ConcurrentChange extends OperationError {
  static readonly errorName = 'Common.ConcurrentChange';
  override readonly name = ConcurrentChange.errorName;
  override readonly disposition = 'retry';
}

/** A function that this one called failed; the message holds its own error. */
export class RemoteFunctionFailed extends OperationError {
  static readonly errorName = 'Common.RemoteFunctionFailed';
  override readonly name = RemoteFunctionFailed.errorName;
  override readonly disposition = 'stop';
}

/** A function that this one called had lost its way into its network while nobody called it. The call has it made anew, which takes a minute or two. */
export class RemoteFunctionAsleep extends OperationError {
  static readonly errorName = 'Common.RemoteFunctionAsleep';
  override readonly name = RemoteFunctionAsleep.errorName;
  override readonly disposition = 'retry';
}
