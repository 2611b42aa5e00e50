import type { Tag } from '@aws-sdk/client-rds';
import type { Access, Call, Place, ResourcePolicy } from '../../../gateway/service';
import { requestTagContext, resourceTagContext, tagMap } from '../../../gateway/tags';
import { rdsArn, rdsNameOf, type RdsResourceKind } from '../rds-arn';
import type { RdsEstate } from '../state/estate';

type Context = NonNullable<Access['context']>;

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html */
const MONITORING_SERVICE = 'monitoring.rds.amazonaws.com';

/** Says what RDS asks of IAM, by resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html */
export class RdsAccess {
  constructor(private readonly estate: RdsEstate) {}

  /**
   * To something that exists, named by identifier or ARN; without a name, to all of the kind.
   *
   * What is in another region RDS looks at there. What another account has not shared is not found, which IAM has no part in.
   */
  existing(kind: RdsResourceKind, call: Place, nameOrArn: string | undefined, context: Context = {}): Access {
    const { name, place } = rdsNameOf(kind, call, nameOrArn ?? '*');
    const tags = this.tagsOf(kind, place, name);
    const tagContext = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`rds:${kind}-tag/${key}`, value]));
    const isRemote = place.region !== '' && place.region !== call.region;
    return {
      resource: rdsArn(kind, place, name),
      context: { ...resourceTagContext(tags), ...tagContext, ...(isRemote && { 'aws:RequestedRegion': place.region }), ...context },
      ...(place.account !== call.account && { policy: openTo(call.account, place.account) }),
    };
  }

  /** To create something; with tags RDS asks for `rds:AddTagsToResource` too. */
  created(kind: RdsResourceKind, call: Call, name: string | undefined, tags: readonly Tag[] | undefined, context: Context = {}): readonly Access[] {
    const resource = rdsArn(kind, call, (name ?? '').toLowerCase());
    const requested = requestContext(tags);
    const create: Access = { resource, context: { ...requested, ...context } };
    return tags?.length ? [create, { action: 'rds:AddTagsToResource', resource, context: requested }] : [create];
  }

  /** The subnet group of a cluster, which its instances are put into; nothing when there is no such cluster. */
  subnetGroupOf(call: Place, cluster: string): string | undefined {
    return this.estate.in(call).clusters.get(cluster.toLowerCase())?.network.subnetGroupName;
  }

  /** To hand a role to RDS for enhanced monitoring, when the request names one. */
  passedMonitoringRole(roleArn: string | undefined): readonly Access[] {
    return roleArn === undefined ? [] : [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': MONITORING_SERVICE } }];
  }

  private tagsOf(kind: RdsResourceKind, place: Place, name: string): Readonly<Record<string, string>> {
    const state = this.estate.in(place);
    switch (kind) {
      case 'cluster':
        return state.clusters.get(name)?.tags ?? {};
      case 'db':
        return state.instances.get(name)?.tags ?? {};
      case 'cluster-snapshot':
        return state.snapshots.cluster.get(name)?.tags ?? {};
      case 'snapshot':
        return state.snapshots.instance.get(name)?.tags ?? {};
      case 'subgrp':
        return state.subnetGroups.get(name)?.tags ?? {};
      case 'cluster-pg':
        return state.parameterGroups.cluster.get(name)?.tags ?? {};
      case 'pg':
        return state.parameterGroups.instance.get(name)?.tags ?? {};
      case 'es':
        return state.eventSubscriptions.get(name)?.tags ?? {};
      case 'og':
      case 'global-cluster':
        return {};
    }
  }
}

/** A policy that leaves the matter to the account's own policies. */
function openTo(account: string, owner: string): ResourcePolicy {
  const statement = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'rds:*', Resource: '*' };
  return { kind: 'ordinary', account: owner, document: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}

/** The condition keys of the tags in a request. */
export function requestContext(tags: readonly Tag[] | undefined): Context {
  const requested = tagMap(tags);
  return { ...requestTagContext(requested), ...Object.fromEntries(Object.entries(requested).map(([key, value]) => [`rds:req-tag/${key}`, value])) };
}
