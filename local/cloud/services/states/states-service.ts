import * as sdk from '@aws-sdk/client-sfn';
import { defineService, type Service } from '../../gateway/service';
import { ServiceRoles } from '../../gateway/service-role';
import { ExecutionLog } from './execution-log';
import { executionOperations } from './execution-operations';
import { Executions, type ExecutionPorts } from './executions';
import { stateMachineOperations } from './state-machine-operations';
import { StatesState } from './states-state';

/** Step Functions and what scenarios may use of it. */
export interface StepFunctions {
  readonly service: Service;
  readonly executions: Pick<Executions, 'onStateEntered'>;
}

/** Step Functions: state machines run as deployed, and call the cloud as their roles. */
export function createStepFunctions({ context, find, metrics, events }: Omit<ExecutionPorts, 'log' | 'roles'>): StepFunctions {
  const state = new StatesState();
  const log = new ExecutionLog(context);
  const roles = new ServiceRoles(context, 'states.amazonaws.com');
  const executions = new Executions(state, { context, find, metrics, events, log, roles });
  const operations = { ...stateMachineOperations(state, { context, find, log, roles }), ...executionOperations(state, executions, context.clock) };
  return { executions, service: defineService(sdk, 'states', operations) };
}
