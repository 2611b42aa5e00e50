import { InvalidParameter, toInput, toResult } from '../../engines/sdk-integration/sdk-payload';
import { SDK_SERVICES } from '../../engines/sdk-integration/sdk-services';
import { TaskFailure } from '../../engines/states/failure';
import type { Json } from '../../engines/states/json';
import type { CloudClient } from '../../gateway/cloud-client';
import type { Service } from '../../gateway/service';
import { commandFor, type ServiceDirectory } from '../../gateway/service-directory';
import { sdkNaming, taskFailureOf, type ErrorNaming } from './task-failures';

/** An operation that a state machine calls. */
export interface CalledOperation {
  readonly service: Service;
  readonly operation: string;
  readonly naming: ErrorNaming;
}

/** The operation behind `aws-sdk:<service>:<action>`; throws when the local cloud has none. */
export function sdkOperation(find: ServiceDirectory, resourceType: string, action: string): CalledOperation {
  const known = SDK_SERVICES[resourceType.replace(/^aws-sdk:/, '')];
  const service = known && find(known.signingName);
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  if (!known || !service?.model.operations.has(operation)) throw new Error(`the local cloud has no ${resourceType}:${action}`);
  return { service, operation, naming: sdkNaming(known.errorPrefix) };
}

/** Calls an operation with parameters in the form of Step Functions. */
export async function callOperation(client: CloudClient, { service, operation, naming }: CalledOperation, parameters: Json): Promise<unknown> {
  const model = service.model.operations.get(operation);
  if (!model) throw new Error(`${service.model.name} has no operation ${operation}`);
  try {
    const input = toInput(model.input, parameters) as Record<string, unknown>;
    return toResult(model.output, await client.send(commandFor(service, operation, input ?? {}))) ?? {};
  } catch (error) {
    if (error instanceof InvalidParameter) throw new TaskFailure('States.Runtime', error.message);
    throw taskFailureOf(error, service, naming);
  }
}
