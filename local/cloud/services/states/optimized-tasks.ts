import { TaskFailure } from '../../engines/states/failure';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../engines/states/json';
import type { CloudClient } from '../../gateway/cloud-client';
import type { ServiceDirectory } from '../../gateway/service-directory';
import { callOperation, type CalledOperation } from './sdk-task';
import type { ErrorNaming } from './task-failures';

interface OptimizedIntegration {
  readonly signingName: string;
  readonly naming: ErrorNaming;
  readonly actions: readonly string[];
  /** Parameters that Step Functions takes as JSON and the API as text. */
  readonly prepare?: (parameters: JsonObject) => JsonObject;
  readonly check?: (result: unknown) => void;
}

/**
 * Optimized integrations whose work is one call, under their names in `arn:aws:states:::<name>:<action>`.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
 */
const INTEGRATIONS: Readonly<Record<string, OptimizedIntegration>> = {
  dynamodb: { signingName: 'dynamodb', naming: { prefix: 'DynamoDB', unmodelled: 'AmazonDynamoDBException' }, actions: ['getItem', 'putItem', 'updateItem', 'deleteItem'] },
  events: {
    signingName: 'events',
    naming: { prefix: 'EventBridge', unmodelled: 'AmazonEventBridgeException' },
    actions: ['putEvents'],
    prepare: (parameters) => ({ ...parameters, Entries: (isJsonArray(parameters.Entries) ? parameters.Entries : []).map((entry) => withText(entry, 'Detail')) }),
    check: refuseFailedEntries,
  },
  sns: { signingName: 'sns', naming: { prefix: 'SNS', unmodelled: 'AmazonSNSException' }, actions: ['publish'], prepare: (parameters) => withText(parameters, 'Message') },
  sqs: { signingName: 'sqs', naming: { prefix: 'SQS', unmodelled: 'AmazonSQSException' }, actions: ['sendMessage'], prepare: (parameters) => withText(parameters, 'MessageBody') },
};

export function isOptimized(resourceType: string, action: string): boolean {
  return INTEGRATIONS[resourceType]?.actions.includes(action) ?? false;
}

export async function runOptimized(client: CloudClient, find: ServiceDirectory, resourceType: string, action: string, parameters: Json): Promise<unknown> {
  const integration = INTEGRATIONS[resourceType];
  const service = integration && find(integration.signingName);
  if (!integration || !service) throw new Error(`the local cloud has no ${resourceType}:${action}`);
  const called: CalledOperation = { service, operation: action.charAt(0).toUpperCase() + action.slice(1), naming: integration.naming };
  const given = isJsonObject(parameters) ? parameters : {};
  const result = await callOperation(client, called, integration.prepare?.(given) ?? given);
  integration.check?.(result);
  return result;
}

function withText(value: Json, member: string): JsonObject {
  if (!isJsonObject(value)) return {};
  const content = value[member];
  return content === undefined || typeof content === 'string' ? value : { ...value, [member]: JSON.stringify(content) };
}

function refuseFailedEntries(result: unknown): void {
  const { FailedEntryCount = 0 } = result as { readonly FailedEntryCount?: number };
  if (FailedEntryCount > 0) throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(result));
}
