import { AwsError } from '../../gateway/aws-error';

/** A request whose values cannot be: the API's models do not declare this answer. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message, { status: 400 });
}
