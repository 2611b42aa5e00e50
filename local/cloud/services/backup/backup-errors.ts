import { AwsError } from '../../gateway/aws-error';

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

/** Returns the parameter, or fails as for one that is missing. */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw new AwsError('MissingParameterValueException', `The parameter ${name} is required.`);
  return value;
}
