import type * as sdk from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import { requestTagContext } from '../../gateway/tags';
import { checkTaskDefinition } from './check-task-definition';
import type { TaskDefinition } from './container-service';
import { describeDefinition } from './describe';
import { EcsAccess, passRole } from './ecs-access';
import { ecsArn, type EcsState } from './ecs-state';
import { tagsAsEcs, tagsFromEcs } from './ecs-tags';

const PAGE = 100;

/** Task definitions: each registration is a new revision of its family. */
export function taskDefinitionOperations(state: EcsState, clock: CloudClock): Operations<typeof sdk> {
  const access = new EcsAccess(state);

  return {
    RegisterTaskDefinition: {
      access: ({ family = '', cpu, memory, taskRoleArn, executionRoleArn, tags }, call) => {
        const resource = ecsArn(call, `task-definition/${family}:*`);
        const sizes = { ...(cpu !== undefined && { 'ecs:task-cpu': Number(cpu) }), ...(memory !== undefined && { 'ecs:task-memory': Number(memory) }) };
        return [{ resource, context: { ...requestTagContext(tagsFromEcs(tags)), ...sizes } }, ...access.tagging(resource, 'RegisterTaskDefinition', tags), ...passRole(taskRoleArn, executionRoleArn)];
      },
      run: (input, call) => {
        checkTaskDefinition(input);
        const { families } = state.in(call);
        const revisions = families.get(input.family ?? '') ?? [];
        const { account, region } = call;
        const revision = revisions.length + 1;
        const family = input.family ?? '';
        const registered: TaskDefinition = { account, region, family, revision, arn: ecsArn(call, `task-definition/${family}:${revision}`), input, registeredAt: clock.now(), tags: tagsFromEcs(input.tags), status: 'ACTIVE', deregisteredAt: undefined };
        families.set(family, [...revisions, registered]);
        return { taskDefinition: describeDefinition(registered), tags: tagsAsEcs(registered.tags) };
      },
    },
    DescribeTaskDefinition: {
      access: access.anything,
      run: ({ taskDefinition = '', include = [] }, call) => {
        const found = state.findDefinition(call, taskDefinition);
        if (!found) throw new AwsError('ClientException', 'Unable to describe task definition.');
        return { taskDefinition: describeDefinition(found), ...(include.includes('TAGS') && { tags: tagsAsEcs(found.tags) }) };
      },
    },
    DeregisterTaskDefinition: {
      access: access.anything,
      run: ({ taskDefinition = '' }, call) => {
        const found = state.activeDefinition(call, taskDefinition);
        found.status = 'INACTIVE';
        found.deregisteredAt = clock.now();
        return { taskDefinition: describeDefinition(found) };
      },
    },
    ListTaskDefinitions: {
      access: access.anything,
      run: ({ familyPrefix, status = 'ACTIVE', sort = 'ASC', maxResults = PAGE, nextToken }, call) => {
        const { families } = state.in(call);
        const fitting = [...families.values()].flat().filter((each) => each.status === status && (familyPrefix === undefined || each.family === familyPrefix));
        const page = pageOf(sort === 'DESC' ? fitting.reverse() : fitting, maxResults, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'Invalid nextToken');
        return { taskDefinitionArns: page.items.map(({ arn }) => arn), ...(page.nextToken && { nextToken: page.nextToken }) };
      },
    },
  };
}
