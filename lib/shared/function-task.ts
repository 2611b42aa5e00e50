import { Duration } from 'aws-cdk-lib';
import { CustomState, type INextable, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RemoteFunctionAsleep } from '../../lambda/common/errors';
import type { HandlerFunction } from './handler-function';
import { retryWithin } from './retry-within';

/** Lambda or the way to it failed, not the operation: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export const SERVICE_ERRORS = ['Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException'];
/**
 * A function of a network that nobody has called for weeks has lost its way into it; the call has it made anew, which takes a minute or two, be it the state's own function or one that this calls:
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
const ASLEEP = ['Lambda.ResourceNotReadyException', RemoteFunctionAsleep.errorName];
/** The function's process died in mid-work. Every operation may run twice, so it simply runs again. */
const DEAD_FUNCTION = ['Runtime.ExitError', 'Sandbox.Timedout', 'Lambda.Unknown'];

export interface FunctionTaskProps {
  readonly target: HandlerFunction;
  /** Becomes the function's input; keys ending in `.$` are paths into the state's input. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Where the answer goes; `null` keeps the input as it is. */
  readonly resultPath: string | null;
}

/**
 * A state that calls a function and waits for its answer.
 *
 * Unlike the CDK's own task it leaves permissions alone: the state machine's role lists the functions by name.
 */
export class FunctionTask extends CustomState implements INextable, IChainable {
  readonly target: HandlerFunction;

  constructor(scope: Construct, id: string, { target, payload, resultPath }: FunctionTaskProps) {
    super(scope, id, { stateJson: { Type: 'Task', Resource: target.functionArn, Parameters: payload, ResultPath: resultPath } });
    this.target = target;
    this.addRetry(retryWithin(SERVICE_ERRORS, { interval: Duration.seconds(2), backoffRate: 2, budget: Duration.minutes(2) }));
    this.addRetry(retryWithin(ASLEEP, { interval: Duration.seconds(10), backoffRate: 1, budget: Duration.minutes(4) }));
    this.addRetry(retryWithin(DEAD_FUNCTION, { interval: Duration.seconds(5), backoffRate: 2, budget: Duration.seconds(40) }));
  }
}
