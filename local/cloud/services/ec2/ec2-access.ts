import type { TagSpecification } from '@aws-sdk/client-ec2';
import { regionalArn } from '../../gateway/arn';
import type { Access, Call } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap } from '../../gateway/tags';
import type { Owned, ResourceType } from './ec2-records';
import type { Ec2State } from './ec2-state';

/** What IAM is asked about resources of EC2. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export class Ec2Access {
  constructor(private readonly state: Ec2State) {}

  /** Describe actions have no resource-level permissions. */
  readonly describe = (): Access[] => [{ resource: '*' }];

  /** Existing resources, each by its own ARN. */
  on(call: Call, type: ResourceType, ...ids: readonly (string | undefined)[]): Access[] {
    return ids.filter((id) => id !== undefined).map((id) => this.access(call, type, id));
  }

  /** A resource that does not exist yet, and the tags that it is to have. */
  creating(call: Call, action: string, type: ResourceType, specifications: readonly TagSpecification[] | undefined): Access[] {
    const tags = tagsFor(type, specifications);
    const resource = regionalArn('ec2', call, `${type}/*`);
    const context = requestTagContext(tags);
    const tagging = Object.keys(tags).length > 0 ? [{ action: 'ec2:CreateTags', resource, context: { ...context, 'ec2:CreateAction': action } }] : [];
    return [{ resource, context }, ...tagging];
  }

  private access(call: Call, type: ResourceType, id: string): Access {
    const found = this.state.resource(id);
    // Either side of a peering connection knows it as its own.
    const owner = type === 'vpc-peering-connection' ? call : (found ?? call);
    return { resource: arnOf({ account: owner.account, region: owner.region, type, id }), ...(found && { context: resourceTags(found) }) };
  }
}

export function arnOf({ account, region, type, id }: Pick<Owned, 'account' | 'region' | 'type' | 'id'>): string {
  return regionalArn('ec2', { account, region }, `${type}/${id}`);
}

/** The tags that a request gives to resources of this type. */
export function tagsFor(type: ResourceType, specifications: readonly TagSpecification[] | undefined): Record<string, string> {
  return tagMap((specifications ?? []).filter(({ ResourceType: wanted }) => wanted === type).flatMap(({ Tags }) => Tags ?? []));
}

function resourceTags({ tags }: Owned): Record<string, string> {
  const general = resourceTagContext(tags);
  return { ...general, ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`ec2:ResourceTag/${key}`, value])) };
}
