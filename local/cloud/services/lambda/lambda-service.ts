import * as sdk from '@aws-sdk/client-lambda';
import { defineService, type Service } from '../../gateway/service';
import { functionOperations, type FunctionPorts } from './function-operations';
import type { FunctionInvoker } from './function-invoker';
import { invokeOperation, type Enqueue } from './invoke-operation';

export interface LambdaPorts extends FunctionPorts {
  readonly invoker: FunctionInvoker;
  readonly enqueue: Enqueue;
}

/** Lambda: functions as deployed, their versions, permissions, and every way to invoke them. */
export function createLambdaService(ports: LambdaPorts): Service {
  return defineService(sdk, 'lambda', {
    ...functionOperations(ports),
    ...invokeOperation(ports.state, ports.invoker, ports.enqueue),
  });
}
