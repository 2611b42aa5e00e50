import { AwsError } from '../../gateway/aws-error';
import type { Call } from '../../gateway/service';
import { isReplica, type Secret } from './secret';

const NAME = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const MANAGED_NAME = /^([a-z]+)!(.+)$/;

/** The service that a secret of this name belongs to; such names are for services only. https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html */
export function owningServiceOf(name: string, { via }: Call): string | undefined {
  const [, service, rest = ''] = MANAGED_NAME.exec(name) ?? [];
  const isAllowed = service === undefined ? NAME.test(name) : NAME.test(rest) && isPartOf(service, via);
  if (!isAllowed) throw new AwsError('InvalidParameterException', `Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@ and is: ${name}`);
  return service;
}

export function refuseDeleted(secret: Secret): void {
  if (secret.deletion) throw new AwsError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
}

/** Fails unless the caller may change the secret here: copies are changed in their primary region, managed secrets by their service. */
export function checkMayChange(secret: Secret, { via }: Call): void {
  refuseDeleted(secret);
  if (isReplica(secret)) throw new AwsError('InvalidRequestException', "Operation not permitted on a replica secret. Call must be made in primary secret's region.");
  if (secret.owningService !== undefined && !isPartOf(secret.owningService, via)) {
    throw new AwsError('InvalidRequestException', `You can't perform this operation on a secret that is managed by ${secret.owningService}.`);
  }
}

/** Whether the call comes through the service or one of its parts: Redshift Serverless has its own principal, and shares the prefix. */
function isPartOf(service: string, via: string | undefined): boolean {
  return via?.startsWith(service) ?? false;
}
