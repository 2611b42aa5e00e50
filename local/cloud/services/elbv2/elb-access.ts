import type { Access, Call } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap, type Tag } from '../../gateway/tags';
import { elbArn, type ElbState } from './elb-state';

/** What IAM is asked about resources of Elastic Load Balancing. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
export class ElbAccess {
  constructor(private readonly state: ElbState) {}

  /** Describe actions have no resource-level permissions. */
  readonly describe = (): Access[] => [{ resource: '*' }];

  /** Existing resources, each by its ARN. */
  on(call: Call, ...arns: readonly (string | undefined)[]): Access[] {
    return arns.filter((arn) => arn !== undefined).map((resource) => this.access(call, resource));
  }

  /** A resource that does not exist yet: all that is known is the form of its ARN. */
  creating(call: Call, action: string, pattern: string, tags: readonly Tag[] | undefined): Access[] {
    const resource = elbArn(call, pattern);
    const context = requestTagContext(tagMap(tags));
    // The reference lists load balancers alone as what AddTags can be about.
    const tagging = tags?.length && pattern.startsWith('loadbalancer/') ? [{ action: 'elasticloadbalancing:AddTags', resource, context: { ...context, 'elasticloadbalancing:CreateAction': action } }] : [];
    return [{ resource, context }, ...tagging];
  }

  private access(call: Call, resource: string): Access {
    const tags = this.state.tagged(call, resource)?.tags ?? {};
    return { resource, context: { ...resourceTagContext(tags), ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`elasticloadbalancing:ResourceTag/${key}`, value])) } };
  }
}
