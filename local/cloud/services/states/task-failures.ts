import { TaskFailure } from '../../engines/states/failure';
import { javaExceptionName } from '../../engines/sdk-integration/java-name';
import { AwsError } from '../../gateway/aws-error';
import { NoAnswer } from '../../gateway/dispatcher';
import type { Service } from '../../gateway/service';

/** How an integration names its errors. */
export interface ErrorNaming {
  readonly prefix: string;
  /** The name of an error that the API's model does not have. */
  readonly unmodelled: string;
}

/** The names of AWS SDK integrations, such as `Rds.DbClusterNotFoundException` and, outside the model, `Rds.RdsException`. */
export function sdkNaming(errorPrefix: string): ErrorNaming {
  return { prefix: errorPrefix, unmodelled: `${errorPrefix}Exception` };
}

/**
 * Turns whatever a call was refused with into the failure that a state machine sees; rethrows faults of the cloud.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function taskFailureOf(error: unknown, service: Service, { prefix, unmodelled }: ErrorNaming): TaskFailure {
  if (error instanceof NoAnswer) return new TaskFailure(`${prefix}.SdkClientException`, 'Unable to execute HTTP request: Read timed out');
  if (!(error instanceof AwsError)) throw error;
  const declared = service.model.errors.get(error.code);
  const status = error.status ?? declared?.status ?? 400;
  const name = declared ? javaExceptionName(error.code) : unmodelled;
  return new TaskFailure(`${prefix}.${name}`, `${error.message} (Service: ${prefix}, Status Code: ${status})`);
}
