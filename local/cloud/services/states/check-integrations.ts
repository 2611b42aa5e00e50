import { parameterProblems } from '../../engines/sdk-integration/sdk-payload';
import type { MachineDefinition, State, StatesScope, TaskState } from '../../engines/states/definition';
import { parseTaskResource } from '../../engines/states/task-resource';
import type { ServiceDirectory } from '../../gateway/service-directory';
import { isOptimized } from './optimized-tasks';
import { sdkOperation } from './sdk-task';

/** What the tasks of a definition ask for that nobody can do: unknown actions, and parameters under a name that the API does not have. */
export function integrationProblems(definition: MachineDefinition, find: ServiceDirectory): readonly string[] {
  return scopeProblems(definition, find);
}

function scopeProblems({ States }: StatesScope, find: ServiceDirectory): readonly string[] {
  return Object.entries(States).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? taskProblems(state, find).map((problem) => `state "${name}": ${problem}`) : []),
    ...innerScopes(state).flatMap((scope) => scopeProblems(scope, find)),
  ]);
}

function innerScopes(state: State): readonly StatesScope[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type === 'Map') return [state.ItemProcessor ?? state.Iterator].filter((scope) => scope !== undefined);
  return [];
}

function taskProblems({ Resource, Parameters = {} }: TaskState, find: ServiceDirectory): readonly string[] {
  const resource = parseTaskResource(Resource);
  if (!resource) return [`the resource ${Resource} is not valid`];
  if (resource.kind === 'lambda') return [];
  const action = resource.resource.replace(/\..*$/, '');
  if (!resource.resourceType.startsWith('aws-sdk:')) {
    const isKnown = (resource.resourceType === 'lambda' && action === 'invoke') || (resource.resourceType === 'states' && action === 'startExecution') || isOptimized(resource.resourceType, action);
    return isKnown ? [] : [`the local cloud does not emulate ${resource.resourceType}:${resource.resource}`];
  }
  try {
    const { service, operation } = sdkOperation(find, resource.resourceType, action);
    const model = service.model.operations.get(operation);
    return model ? parameterProblems(model.input, Parameters, 'Parameters') : [];
  } catch (error) {
    return [(error as Error).message];
  }
}
