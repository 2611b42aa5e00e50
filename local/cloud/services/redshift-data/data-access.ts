import { regionalArn } from '../../gateway/arn';
import type { Access, Call } from '../../gateway/service';
import type { StatementStore } from './statement-store';
import type { ConnectionRequest, WarehouseLookup } from './warehouse-logins';

/** Says what the Data API asks of IAM. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshiftdataapi.html */
export class DataAccess {
  constructor(
    private readonly store: StatementStore,
    private readonly workgroups: WarehouseLookup,
  ) {}

  /** To the cluster or workgroup that a request names. */
  warehouse(call: Call, { ClusterIdentifier, WorkgroupName }: ConnectionRequest): readonly Access[] {
    if (ClusterIdentifier !== undefined) return [{ resource: regionalArn('redshift', call, `cluster:${ClusterIdentifier.toLowerCase()}`) }];
    const known = WorkgroupName === undefined ? undefined : this.workgroups(call, WorkgroupName);
    return [{ resource: known?.arn ?? regionalArn('redshift-serverless', call, 'workgroup/unknown') }];
  }

  /** To a statement, whose owner policies may compare with the caller. */
  statement(call: Call, id: string | undefined): readonly Access[] {
    const owner = this.store.peek(call, id)?.ownerUserId;
    return [{ resource: '*', ...(owner !== undefined && { context: { 'redshift-data:statement-owner-iam-userid': owner } }) }];
  }
}
