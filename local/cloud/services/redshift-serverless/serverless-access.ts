import type { Tag } from '@aws-sdk/client-redshift-serverless';
import { regionalArn } from '../../gateway/arn';
import type { Access, Call, Place } from '../../gateway/service';
import { requestTagContext, resourceTagContext } from '../../gateway/tags';
import { evaluablePolicy } from './shares';
import { serverlessArn, type ServerlessEstate } from './state/estate';

interface Named {
  readonly place: Place;
  readonly id: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Says what Redshift Serverless asks of IAM. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftserverless.html */
export class ServerlessAccess {
  constructor(private readonly estate: ServerlessEstate) {}

  anything(): readonly Access[] {
    return [{ resource: '*' }];
  }

  namespace(call: Call, name: string | undefined): Access {
    return this.to('namespace', call, this.estate.in(call).namespaces.get(name ?? ''));
  }

  workgroup(call: Call, name: string | undefined): Access {
    return this.to('workgroup', call, this.estate.in(call).workgroups.get(name ?? ''));
  }

  /** A snapshot, whose policy has its say when it belongs to another account. */
  snapshot(call: Call, name: string | undefined, arn?: string): Access {
    const known = arn === undefined ? this.estate.in(call).snapshots.get(name ?? '') : this.estate.snapshotByArn(arn);
    const access = this.to('snapshot', call, known);
    if (!known || known.place.account === call.account) return access;
    const policy = this.estate.in(known.place).policies.get(access.resource);
    return { ...access, policy: { kind: 'ordinary', account: known.place.account, document: policy && evaluablePolicy(policy) } };
  }

  recoveryPoint(call: Call, id: string | undefined): Access {
    return this.to('recoverypoint', call, this.estate.in(call).recoveryPoints.get(id ?? ''));
  }

  /** To create something; with tags Redshift Serverless asks for `redshift-serverless:TagResource` too. */
  created(kind: 'namespace' | 'workgroup' | 'snapshot', call: Call, tags: readonly Tag[] | undefined): readonly Access[] {
    const resource = regionalArn('redshift-serverless', call, `${kind}/*`);
    const context = requestTagContext(tagsOf(tags));
    return tags?.length ? [{ resource, context }, { action: 'redshift-serverless:TagResource', resource, context }] : [{ resource, context }];
  }

  private to(kind: 'namespace' | 'workgroup' | 'snapshot' | 'recoverypoint', call: Call, known: Named | undefined): Access {
    if (!known) return { resource: regionalArn('redshift-serverless', call, `${kind}/*`) };
    return { resource: serverlessArn(kind, known), context: resourceTagContext(known.tags ?? {}) };
  }
}

/** Tags are lists of `key` and `value` in this API. */
export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]));
}
