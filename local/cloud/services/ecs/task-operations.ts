import type * as sdk from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import { describeTask } from './describe';
import { EcsAccess, passRole } from './ecs-access';
import type { EcsContext } from './ecs-context';
import { ecsArn, lastPart } from './ecs-state';
import { tagsFromEcs } from './ecs-tags';
import { networkOf } from './new-service';
import { newTask } from './new-task';
import type { TaskRunner } from './task-runner';

const PAGE = 100;
const MOST_TASKS = 10;

/** Tasks by themselves. */
export function taskOperations(context: EcsContext, runner: TaskRunner): Operations<typeof sdk> {
  const { state, cloud } = context;
  const access = new EcsAccess(state);

  return {
    RunTask: {
      access: ({ cluster, taskDefinition, overrides }, call) => {
        const { taskRoleArn, executionRoleArn } = { ...state.findDefinition(call, taskDefinition ?? '')?.input, ...overrides };
        return [access.definition(call, taskDefinition, access.clusterKey(call, cluster)), ...passRole(taskRoleArn, executionRoleArn)];
      },
      run: (input, call) => {
        const { count = 1, group, startedBy, overrides, tags } = input;
        if (count > MOST_TASKS) throw new AwsError('InvalidParameterException', `count ${count}: at most ${MOST_TASKS} tasks are started at a time`);
        const props = { cluster: state.cluster(call, input.cluster), definition: state.activeDefinition(call, input.taskDefinition), network: networkOf(context, input.networkConfiguration), group, startedBy, overrides, tags: tagsFromEcs(tags) };
        const tasks = Array.from({ length: count }, () => newTask({ at: cloud.clock.now(), ...props }));
        for (const task of tasks) runner.start(task);
        return { tasks: tasks.map((task) => describeTask(task, ['TAGS'])), failures: [] };
      },
    },
    StopTask: {
      access: ({ cluster, task }, call) => [access.task(call, cluster, task)],
      run: ({ cluster, task: id, reason = 'Task stopped by user' }, call) => {
        const task = state.task(state.cluster(call, cluster), id);
        runner.stop(task, 'UserInitiated', reason).catch((error: Error) => cloud.reportDefect(error, `task ${task.arn}`));
        return { task: describeTask(task) };
      },
    },
    DescribeTasks: {
      access: ({ cluster, tasks = [] }, call) => tasks.map((each) => access.task(call, cluster, each)),
      run: ({ cluster: name, tasks = [], include = [] }, call) => {
        const cluster = state.cluster(call, name);
        const found = tasks.map((each) => ({ each, task: cluster.tasks.get(lastPart(each)) }));
        return {
          tasks: found.flatMap(({ task }) => (task ? [describeTask(task, include)] : [])),
          failures: found.filter(({ task }) => !task).map(({ each }) => ({ arn: ecsArn(call, `task/${cluster.name}/${lastPart(each)}`), reason: 'MISSING' })),
        };
      },
    },
    ListTasks: {
      // Only a listing that names a container instance concerns one: https://github.com/cdklabs/construct-hub/pull/1207
      access: ({ cluster, containerInstance }, call) => [{ resource: containerInstance === undefined ? '*' : ecsArn(call, `container-instance/${lastPart(cluster ?? 'default')}/${lastPart(containerInstance)}`), context: access.clusterKey(call, cluster) }],
      run: ({ cluster, serviceName, family, startedBy, desiredStatus = 'RUNNING', maxResults = PAGE, nextToken }, call) => {
        const fitting = [...state.cluster(call, cluster).tasks.values()].filter(
          (task) =>
            task.desiredStatus === desiredStatus &&
            (serviceName === undefined || task.service?.name === lastPart(serviceName)) &&
            (family === undefined || task.definition.family === family) &&
            (startedBy === undefined || task.startedBy === startedBy),
        );
        const page = pageOf(fitting, maxResults, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { taskArns: page.items.map(({ arn }) => arn), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
  };
}
