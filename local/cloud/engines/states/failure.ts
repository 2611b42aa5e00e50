/** The error names that the States Language reserves and that this interpreter reports. */
export const ERROR = {
  ALL: 'States.ALL',
  DATA_LIMIT_EXCEEDED: 'States.DataLimitExceeded',
  EXCEED_TOLERATED_FAILURE_THRESHOLD: 'States.ExceedToleratedFailureThreshold',
  HEARTBEAT_TIMEOUT: 'States.HeartbeatTimeout',
  INTRINSIC_FAILURE: 'States.IntrinsicFailure',
  RESULT_PATH_MATCH_FAILURE: 'States.ResultPathMatchFailure',
  RUNTIME: 'States.Runtime',
  TASK_FAILED: 'States.TaskFailed',
  TIMEOUT: 'States.Timeout',
} as const;

/** An error name and its cause, as a Catch sees them. Both can be absent: a Fail state need not say why. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';

  constructor(
    readonly error: string | undefined,
    readonly failureCause: string | undefined,
    /** Another name the failure answers to: a missed heartbeat is reported as a timeout and caught as either. */
    readonly alias?: string,
  ) {
    super(`${error ?? 'no error name'}: ${failureCause ?? 'no cause'}`);
  }

  /** Error and cause as events and answers carry them: left out where there is none. */
  get details(): { readonly error?: string; readonly cause?: string } {
    return { ...(this.error !== undefined && { error: this.error }), ...(this.failureCause !== undefined && { cause: this.failureCause }) };
  }

  /** No Retry and no Catch helps: the whole execution fails. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
  get isFatal(): boolean {
    return this.error === ERROR.RUNTIME;
  }
}

/**
 * How a task runner reports that the work failed.
 *
 * For a Lambda function `error` is the `errorType` and `cause` the JSON text of `{errorType, errorMessage, trace}`;
 * for an AWS API it is `<Service>.<ExceptionName>` and the service's message.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';

  constructor(
    readonly error: string,
    readonly failureCause: string,
  ) {
    super(`${error}: ${failureCause}`);
  }
}

/** A fault the interpreter finds in the definition or its data, told to the state that was at work. */
export class InterpreterFailure extends StateFailure {
  constructor(error: string, reason: string) {
    super(error, reason);
  }

  /** The failure as Step Functions words it once the state is known. */
  at(stateName: string, enteredEventId: number): StateFailure {
    const where = `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}).`;
    return new StateFailure(this.error, `${where} ${this.failureCause}`);
  }
}

/** A fault that ends the execution whatever the definition says. */
export function runtimeFailure(reason: string): InterpreterFailure {
  return new InterpreterFailure(ERROR.RUNTIME, reason);
}
