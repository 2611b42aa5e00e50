import type { Context } from 'aws-lambda';
import { Env } from './env';
import { OperationError } from './errors';
import { restoreStacks } from './original-stack';
import { logger, tracer } from './telemetry';

/** Inputs that carry it are logged under it, from the request to the last step. */
interface Correlated {
  readonly operationId?: string;
}

/** What an operation may need to know of the call itself; ports outlive it. */
export type Invocation = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/**
 * Turns an operation into a Lambda handler.
 *
 * Its ports are wired on the first call, so importing the module needs no environment; each invocation ends in one
 * log line that says how. Inputs and outputs are logged: they hold names and ARNs, never secrets.
 */
export function defineHandler<Input, Output, Ports>(
  operation: string,
  run: (input: Input, ports: Ports, invocation: Invocation) => Promise<Output>,
  wire: (env: Env) => Ports,
): (input: Input, context: Context) => Promise<Output> {
  let ports: Ports | undefined;
  return async (input, context) => {
    const operationId = (input as Correlated | null)?.operationId;
    logger.addContext(context);
    // A key without a value would leave the last invocation's in place.
    logger.resetKeys();
    logger.appendKeys({ operation, operationId });
    const segment = openSubsegment(operation, operationId);
    try {
      ports ??= wire(new Env(process.env));
      const output = await run(input, ports, context);
      logger.info('operation succeeded', { input, output });
      return output;
    } catch (error) {
      restoreStacks(error, __filename);
      logFailure(input, error);
      if (error instanceof Error) tracer.addErrorAsMetadata(error);
      throw error;
    } finally {
      segment?.close();
    }
  };
}

function logFailure(input: unknown, error: unknown): void {
  const known = error instanceof OperationError;
  logger.error('operation failed', {
    input,
    disposition: known ? error.disposition : 'unforeseen',
    details: known ? error.details : undefined,
    error,
  });
}

function openSubsegment(operation: string, operationId: string | undefined) {
  if (!tracer.isTracingEnabled()) return undefined;
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment(`## ${operation}`);
  if (segment) tracer.setSegment(segment);
  tracer.putAnnotation('operation', operation);
  if (operationId) tracer.putAnnotation('operationId', operationId);
  return { close: () => {
    segment?.close();
    if (parent) tracer.setSegment(parent);
  } };
}
