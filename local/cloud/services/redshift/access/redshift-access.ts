import type { Tag } from '@aws-sdk/client-redshift';
import type { Access, Call, Place, ResourcePolicy } from '../../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap } from '../../../gateway/tags';
import { parseRedshiftArn, redshiftArn, redshiftNameOf, snapshotArn, splitSnapshotName, type RedshiftResourceKind } from '../redshift-arn';
import type { RedshiftEstate } from '../state/estate';

type Context = NonNullable<Access['context']>;

/** How a request names a snapshot. */
interface SnapshotNames {
  readonly identifier: string | undefined;
  readonly arn?: string | undefined;
  readonly cluster?: string | undefined;
  readonly owner?: string | undefined;
}

const REDSHIFT = 'redshift.amazonaws.com';

/** Says what Redshift asks of IAM, by resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonredshift.html */
export class RedshiftAccess {
  constructor(private readonly estate: RedshiftEstate) {}

  /** To something that exists; without a name, to all of the kind. */
  existing(kind: RedshiftResourceKind, call: Place, nameOrArn: string | undefined, context: Context = {}): Access {
    const { name } = redshiftNameOf(kind, call, nameOrArn ?? '*');
    return { resource: redshiftArn(kind, call, name), context: { ...resourceTagContext(this.tagsOf(kind, call, name)), ...context } };
  }

  /** To create something; with tags Redshift asks for `redshift:CreateTags` too. */
  created(kind: RedshiftResourceKind, call: Call, name: string | undefined, tags: readonly Tag[] | undefined): readonly Access[] {
    return this.creation(redshiftArn(kind, call, (name ?? '').toLowerCase()), tags);
  }

  /** To create a snapshot of a cluster: the snapshot's ARN names the cluster. */
  createdSnapshot(call: Call, cluster: string | undefined, identifier: string | undefined, tags: readonly Tag[] | undefined): readonly Access[] {
    const names = { place: call, clusterIdentifier: (cluster ?? '').toLowerCase(), identifier: (identifier ?? '').toLowerCase() };
    return this.creation(snapshotArn(names), tags);
  }

  /**
   * To a snapshot that exists. Its ARN names its cluster, which Redshift looks up; for a snapshot that does not exist it believes the
   * request. Snapshots of other accounts are open as far as those accounts are concerned: whether they are shared is no matter of IAM.
   */
  snapshot(call: Call, { identifier, arn, cluster, owner }: SnapshotNames, context: Context = {}): Access {
    const parsed = parseRedshiftArn(arn ?? '');
    const split = parsed && splitSnapshotName(parsed.name);
    const place = { account: parsed?.place.account ?? owner ?? call.account, region: parsed?.place.region ?? call.region };
    const name = split?.identifier ?? (identifier ?? '').toLowerCase();
    const known = this.estate.in(place).snapshots.get(name);
    const clusterIdentifier = known?.clusterIdentifier ?? split?.clusterIdentifier ?? cluster ?? '*';
    return {
      resource: snapshotArn({ place, clusterIdentifier, identifier: name === '' ? '*' : name }),
      context: { ...resourceTagContext(known?.tags ?? {}), ...context },
      ...(place.account !== call.account && { policy: openTo(call.account, place.account) }),
    };
  }

  /** To hand roles to Redshift, when the request names any. */
  passedRoles(roleArns: readonly string[] | undefined): readonly Access[] {
    return (roleArns ?? []).map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': REDSHIFT } }));
  }

  private creation(resource: string, tags: readonly Tag[] | undefined): readonly Access[] {
    const context = requestTagContext(tagMap(tags));
    const create: Access = { resource, context };
    return tags?.length ? [create, { action: 'redshift:CreateTags', resource, context }] : [create];
  }

  private tagsOf(kind: RedshiftResourceKind, place: Place, name: string): Readonly<Record<string, string>> {
    const state = this.estate.in(place);
    switch (kind) {
      case 'cluster':
        return state.clusters.get(name)?.tags ?? {};
      case 'subnetgroup':
        return state.subnetGroups.get(name)?.tags ?? {};
      case 'parametergroup':
        return state.parameterGroups.get(name)?.tags ?? {};
      case 'snapshotcopygrant':
        return state.copyGrants.get(name)?.tags ?? {};
      case 'snapshotschedule':
        return state.schedules.get(name)?.tags ?? {};
      case 'eventsubscription':
        return state.eventSubscriptions.get(name)?.tags ?? {};
      default:
        return {};
    }
  }
}

/** A policy that leaves the matter to the account's own policies. */
function openTo(account: string, owner: string): ResourcePolicy {
  const statement = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'redshift:*', Resource: '*' };
  return { kind: 'ordinary', account: owner, document: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}
