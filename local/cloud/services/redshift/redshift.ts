import type { PostgresEngine } from '../../engines/postgres/postgres-engine';
import type { PostgresServer } from '../../engines/postgres/postgres-server';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Place, Service } from '../../gateway/service';
import { ServiceKeys } from '../kms/service-keys';
import { Passages } from '../rds/life-cycle/passages';
import type { EndpointDirectory, SubnetDirectory } from '../rds/rds-context';
import { AdminSecrets } from './admin-secrets';
import { followChange } from './automated-snapshots';
import { DoomedSnapshots } from './doomed-snapshots';
import { Notices } from './notices';
import { Quotas, type RedshiftQuota } from './quotas';
import { parseRedshiftArn, redshiftArn, splitSnapshotName } from './redshift-arn';
import type { RedshiftContext } from './redshift-context';
import { createRedshiftService } from './redshift-service';
import type { RedshiftCluster } from './state/cluster';
import { RedshiftEstate } from './state/estate';
import type { RedshiftSnapshot } from './state/snapshot';
import type { Damage } from './storage/damage';
import { WarehouseStorage } from './storage/warehouse-storage';

export interface RedshiftPorts {
  readonly cloud: CloudContext;
  /** PostgreSQL, asked for with the first cluster. */
  readonly engine: () => Promise<PostgresEngine>;
  readonly endpoints: EndpointDirectory;
  readonly subnets: SubnetDirectory;
}

const REDSHIFT = 'redshift.amazonaws.com';
const MB_PER_GB = 1024;

/** Redshift with what a scenario may do to it beyond its API. Clusters and snapshots are named by ARN. */
export class Redshift {
  readonly service: Service;
  readonly quotas = new Quotas();
  readonly storage: WarehouseStorage;
  private readonly context: RedshiftContext;

  constructor({ cloud, engine, endpoints, subnets }: RedshiftPorts) {
    const estate = new RedshiftEstate();
    this.storage = new WarehouseStorage(engine);
    this.context = {
      cloud,
      estate,
      endpoints,
      subnets,
      storage: this.storage,
      passages: new Passages(cloud.clock, (error, where) => cloud.reportDefect(error, `redshift, ${where}`)),
      keys: new ServiceKeys(cloud, REDSHIFT),
      secrets: new AdminSecrets(cloud, REDSHIFT),
      notices: new Notices(cloud, estate),
      quotas: this.quotas,
      doomed: new DoomedSnapshots(),
    };
    this.service = createRedshiftService(this.context);
  }

  /** The PostgreSQL server behind a cluster: to fill it and to look into it. */
  serverOf(clusterArn: string): PostgresServer {
    const { server } = this.cluster(clusterArn);
    if (!server) throw new Error(`${clusterArn} has no server yet: wait until it is available`);
    return server;
  }

  /** What the services that send SQL find under a cluster's identifier; nothing where there is no such cluster. */
  warehouse(place: Place, identifier: string): { readonly arn: string; readonly server: PostgresServer | undefined } | undefined {
    const cluster = this.context.estate.in(place).clusters.get(identifier.toLowerCase());
    return cluster && { arn: redshiftArn('cluster', place, cluster.identifier), server: cluster.server };
  }

  /** Lets a cluster pretend to hold this much, which its snapshots take time for. A great change makes an automated snapshot at once. */
  declareSize(clusterArn: string, sizeGb: number): void {
    if (!(sizeGb > 0)) throw new Error(`sizeGb ${sizeGb} must be more than 0`);
    const cluster = this.cluster(clusterArn);
    cluster.traits.sizeMb = sizeGb * MB_PER_GB;
    followChange(this.context, cluster);
  }

  /** Lets the next snapshot with this ARN, or the next one of the cluster with it, fail when `afterPercent` of it are done. */
  failSnapshot(arn: string, afterPercent = 50): void {
    const kind = parseRedshiftArn(arn)?.kind;
    if (kind !== 'cluster' && kind !== 'snapshot') throw new Error(`${arn} is no ARN of a cluster or snapshot`);
    this.context.doomed.add(arn, afterPercent);
  }

  /** Lets what is restored from the snapshot differ from what was in the cluster: by the statement, or by a row that the largest table loses. */
  corrupt(snapshotArn: string, damage: Damage = {}): void {
    this.snapshot(snapshotArn).damage = damage;
  }

  /** Sets a quota of an account in a region, also one that AWS does not raise. */
  setQuota(place: Place, quota: RedshiftQuota, value: number): void {
    this.quotas.set(quota, place, value);
  }

  /** A snapshot that exists, for the services that work with Redshift's own data. */
  snapshot(arn: string): RedshiftSnapshot {
    const parsed = parseRedshiftArn(arn);
    if (parsed?.kind !== 'snapshot') throw new Error(`${arn} is no ARN of a snapshot`);
    return this.context.estate.ownSnapshot(parsed.place, splitSnapshotName(parsed.name).identifier);
  }

  /** As `snapshot`, with nothing for one that does not exist. */
  findSnapshot(arn: string): RedshiftSnapshot | undefined {
    const parsed = parseRedshiftArn(arn);
    return parsed?.kind === 'snapshot' ? this.context.estate.in(parsed.place).snapshots.get(splitSnapshotName(parsed.name).identifier) : undefined;
  }

  private cluster(arn: string): RedshiftCluster {
    const parsed = parseRedshiftArn(arn);
    if (parsed?.kind !== 'cluster') throw new Error(`${arn} is no ARN of a cluster`);
    return this.context.estate.cluster(parsed.place, arn);
  }
}
