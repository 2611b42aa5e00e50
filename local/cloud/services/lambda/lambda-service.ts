import * as sdk from '@aws-sdk/client-lambda';
import { defineService, type Service } from '../../gateway/service';
import type { ServiceRoles } from '../../gateway/service-role';
import type { AsynchronousInvocations } from './asynchronous-invocations';
import type { Concurrency } from './concurrency';
import { concurrencyOperations } from './concurrency-operations';
import { eventInvokeOperations } from './event-invoke-operations';
import { eventSourceOperations } from './event-source-operations';
import type { FunctionInvoker } from './function-invoker';
import { functionOperations, type FunctionPorts } from './function-operations';
import { invokeOperation } from './invoke-operation';
import { permissionOperations } from './permission-operations';
import { tagOperations } from './tag-operations';
import { versionOperations } from './version-operations';

export interface LambdaPorts extends FunctionPorts {
  readonly invoker: FunctionInvoker;
  readonly queue: AsynchronousInvocations;
  readonly concurrency: Concurrency;
  readonly roles: ServiceRoles;
}

/** Lambda: functions as deployed, their versions, permissions, and every way to invoke them. */
export function createLambdaService(ports: LambdaPorts): Service {
  const { context, state, invoker, networks } = ports;
  return defineService(sdk, 'lambda', {
    ...functionOperations(ports),
    ...versionOperations(state, context.clock, (subnetId) => networks.vpcIdOf(subnetId)),
    ...permissionOperations(state),
    ...concurrencyOperations(state, ports.concurrency),
    ...eventInvokeOperations(state, context.clock),
    ...eventSourceOperations(ports),
    ...tagOperations(state),
    ...invokeOperation(state, invoker, ports.queue),
  });
}
