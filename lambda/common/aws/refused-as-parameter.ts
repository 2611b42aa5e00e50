import { RDSServiceException } from '@aws-sdk/client-rds';

/**
 * Whether RDS says that the combination of parameters makes no sense.
 *
 * Both are common errors of the Query API without a class of their own in the SDK.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
 */
export function refusedAsParameter(error: unknown): boolean {
  return error instanceof RDSServiceException && ['InvalidParameterValue', 'InvalidParameterCombination'].includes(error.name);
}
