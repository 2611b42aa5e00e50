import type { Tag } from '@aws-sdk/client-ecs';
import type { Access, Call } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import { ecsArn, lastPart, type EcsState } from './ecs-state';
import { tagsFromEcs } from './ecs-tags';

/** What IAM is asked about resources of ECS. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export class EcsAccess {
  constructor(private readonly state: EcsState) {}

  /** Actions without resource-level permissions. */
  readonly anything = (): Access[] => [{ resource: '*' }];

  cluster(call: Call, nameOrArn: string | undefined): Access {
    const resource = ecsArn(call, `cluster/${lastPart(nameOrArn ?? 'default')}`);
    return this.tagged(resource, this.state.findCluster(call, nameOrArn)?.tags);
  }

  service(call: Call, cluster: string | undefined, nameOrArn: string | undefined): Access {
    const name = lastPart(nameOrArn ?? '');
    const found = this.state.findCluster(call, cluster)?.services.get(name);
    return this.tagged(ecsArn(call, `service/${lastPart(cluster ?? 'default')}/${name}`), found?.tags, this.clusterKey(call, cluster));
  }

  task(call: Call, cluster: string | undefined, idOrArn: string | undefined): Access {
    const id = lastPart(idOrArn ?? '');
    const found = this.state.findCluster(call, cluster)?.tasks.get(id);
    return this.tagged(ecsArn(call, `task/${lastPart(cluster ?? 'default')}/${id}`), found?.tags, this.clusterKey(call, cluster));
  }

  definition(call: Call, reference: string | undefined, context: Access['context'] = {}): Access {
    const found = this.state.findDefinition(call, reference ?? '');
    return this.tagged(found?.arn ?? ecsArn(call, `task-definition/${lastPart(reference ?? '')}`), found?.tags, context);
  }

  clusterKey(call: Call, nameOrArn: string | undefined): Record<string, string> {
    return { 'ecs:cluster': ecsArn(call, `cluster/${lastPart(nameOrArn ?? 'default')}`) };
  }

  /** What a resource that is created with tags takes beyond its creation. */
  tagging(resource: string, action: string, tags: readonly Tag[] | undefined): Access[] {
    if (!tags?.length) return [];
    return [{ action: 'ecs:TagResource', resource, context: { ...requestTagContext(tagsFromEcs(tags)), 'ecs:CreateAction': action } }];
  }

  private tagged(resource: string, tags: Readonly<Record<string, string>> = {}, more: Access['context'] = {}): Access {
    return { resource, context: { ...resourceTagContext(tags), ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`ecs:ResourceTag/${key}`, value])), ...more } };
  }
}

/** Handing a role to tasks takes the permission to pass it. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html */
export function passRole(...roleArns: readonly (string | undefined)[]): Access[] {
  return [...new Set(roleArns)].filter((arn) => arn !== undefined).map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }));
}
