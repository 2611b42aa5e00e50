import { DescribeRuleCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import type { MachineDefinition, State, StatesScope } from '../../engines/states/definition';
import { parseTaskResource } from '../../engines/states/task-resource';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClient } from '../../gateway/cloud-client';

/** The rule by which a parent hears of its children on AWS; it needs no target here. */
const RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';

/** Whether the definition starts executions and waits for them. */
export function waitsForExecutions(definition: MachineDefinition): boolean {
  return scopeWaits(definition);
}

/**
 * Sets up the managed rule with the state machine's role, as Step Functions does for a definition that waits for executions.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html#sync-async-iam-policies
 */
export async function prepareManagedRule(role: CloudClient): Promise<void> {
  try {
    const EventPattern = JSON.stringify({ source: ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'] });
    await role.send(new PutRuleCommand({ Name: RULE, EventPattern }));
    await role.send(new PutTargetsCommand({ Rule: RULE, Targets: [] }));
    await role.send(new DescribeRuleCommand({ Name: RULE }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('AccessDeniedException', `The role is not authorized to create managed-rule ${RULE}: ${error.message}`, { status: 400 });
  }
}

function scopeWaits({ States }: StatesScope): boolean {
  return Object.values(States).some((state) => stateWaits(state));
}

function stateWaits(state: State): boolean {
  if (state.Type === 'Parallel') return state.Branches.some(scopeWaits);
  if (state.Type === 'Map') return [state.ItemProcessor ?? state.Iterator].some((scope) => scope !== undefined && scopeWaits(scope));
  const resource = state.Type === 'Task' ? parseTaskResource(state.Resource) : undefined;
  return resource?.kind === 'integration' && resource.resourceType === 'states' && resource.pattern === 'run-a-job';
}
