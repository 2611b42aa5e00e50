import * as sdk from '@aws-sdk/client-dynamodb';
import { readJson, writeJson } from '../../gateway/wire/json';
import { loadServiceModel, type OperationModel } from '../../gateway/wire/service-model';
import type { EngineOperation, Json } from './dynalite-engine';

const model = loadServiceModel(sdk, 'dynamodb');

/** An operation's input as the engine takes it. */
export function toWire(operation: EngineOperation, input: object): Json {
  return writeJson(modelOf(operation).input, input, 'member') as Json;
}

/** The engine's answer as the SDK's types have it. */
export function fromWire<Output>(operation: EngineOperation, output: Json): Output {
  return readJson(modelOf(operation).output, output, 'member') as Output;
}

function modelOf(operation: EngineOperation): OperationModel {
  const found = model.operations.get(operation);
  if (!found) throw new Error(`DynamoDB has no operation ${operation}`);
  return found;
}
