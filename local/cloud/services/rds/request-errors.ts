import { AwsError } from '../../gateway/aws-error';

/** Errors that any action may give, which is why the model of no operation lists them. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html */
type CommonCode = 'InvalidParameterValue' | 'InvalidParameterCombination' | 'MissingParameter';

function commonError(code: CommonCode, message: string): AwsError {
  return new AwsError(code, message, { status: 400 });
}

export function invalidValue(message: string): AwsError {
  return commonError('InvalidParameterValue', message);
}

export function invalidCombination(message: string): AwsError {
  return commonError('InvalidParameterCombination', message);
}

/** Returns the parameter, or fails as for one that the request must contain. */
export function required<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw commonError('MissingParameter', `The request must contain the parameter ${name}`);
  return value;
}

/** Refuses parameters that exist in AWS and would change what happens, but are not emulated. */
export function refuseUnsupported<Input extends object>(input: Input, ...names: readonly (keyof Input & string)[]): void {
  const given = names.filter((name) => input[name] !== undefined);
  if (given.length > 0) throw notEmulated(`the parameter ${given.join(', ')} of RDS`);
}

/** AWS can do it and the local cloud cannot. */
export function notEmulated(what: string): AwsError {
  return new AwsError('NotImplemented', `the local cloud does not emulate ${what}`, { status: 501 });
}

/** Fails unless the number is absent or lies between the limits. */
export function checkRange(name: string, value: number | undefined, lowest: number, highest: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= lowest && value <= highest)) return;
  throw invalidValue(`Invalid value ${value} for ${name}. Must be between ${lowest} and ${highest}`);
}
