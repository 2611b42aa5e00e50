import type { PostgresEngine } from '../../engines/postgres/postgres-engine';
import type { PostgresServer } from '../../engines/postgres/postgres-server';
import type { ReplicationLink } from '../../engines/postgres/replication-link';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Place, Service } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { EventSink } from '../events/event-sink';
import { DoomedCopies } from './doomed-copies';
import { closeEndpoints, openEndpoints } from './endpoints';
import { Passages } from './life-cycle/passages';
import { MasterSecrets } from './master-secrets';
import { Notices } from './notices';
import { parseRdsArn } from './rds-arn';
import type { EndpointDirectory, RdsContext, SubnetDirectory } from './rds-context';
import { createRdsService } from './rds-service';
import { instanceSource } from './schedules';
import type { DbCluster, DbInstance } from './state/database';
import { followRegions } from './region-losses';
import { RdsEstate } from './state/estate';
import { startServer, serverOf } from './storage/instance-storage';
import { ServerTurns } from './storage/server-turns';
import { StorageKeys } from './storage/storage-keys';

export interface RdsPorts {
  readonly cloud: CloudContext;
  /** PostgreSQL, asked for with the first database. */
  readonly engine: () => Promise<PostgresEngine>;
  readonly endpoints: EndpointDirectory;
  readonly subnets: SubnetDirectory;
  readonly metrics: MetricSink;
  readonly events: EventSink;
}

/** How long RDS takes to notice a crash and bring the server back. */
const RECOVERY_MS = 2 * 60_000;

/** RDS with what a scenario may do to it beyond its API. Databases are named by ARN. */
export class Rds {
  readonly service: Service;
  private readonly context: RdsContext;

  constructor({ cloud, engine, endpoints, subnets, metrics, events }: RdsPorts) {
    const estate = new RdsEstate();
    this.context = {
      cloud,
      estate,
      engine,
      endpoints,
      subnets,
      metrics,
      passages: new Passages(cloud.clock, (error, where) => cloud.reportDefect(error, `rds, ${where}`)),
      turns: new ServerTurns(),
      keys: new StorageKeys(cloud),
      secrets: new MasterSecrets(cloud),
      notices: new Notices(cloud, estate, events),
      behaviour: { refusesSingleStepCopies: false, createsUnencryptedClusters: false, doomedCopies: new DoomedCopies() },
    };
    this.service = createRdsService(this.context);
    followRegions(this.context);
  }

  /** The PostgreSQL server behind an instance, or behind the volume of a cluster: to fill it and to look into it. */
  serverOf(arn: string): PostgresServer {
    const database = this.find(arn);
    const server = 'volume' in database ? database.volume : database.server;
    if (!server) throw new Error(`${arn} has no server yet: wait until it is available`);
    return server;
  }

  /** The way from a read replica's source to it, which can be delayed and cut. */
  replicationLinkOf(replicaArn: string): ReplicationLink {
    const database = this.find(replicaArn);
    const link = 'replication' in database ? database.replication?.link : undefined;
    if (!link) throw new Error(`${replicaArn} is no read replica`);
    return link;
  }

  /** Cuts the replication between two regions, in both directions; the returned function heals it. */
  cutReplication(region: string, otherRegion: string): () => void {
    const links = this.context.estate
      .all()
      .flatMap(({ instances }) => [...instances.values()])
      .filter(({ place, replication }) => isBetween([place.region, replication?.source?.place.region], region, otherRegion))
      .flatMap(({ replication }) => replication?.link ?? []);
    for (const link of links) link.cut();
    return () => links.forEach((link) => link.heal());
  }

  /** Kills the server of an instance, as when its machine is lost. RDS brings it back after `recoveryMs` of cloud time; `Infinity` leaves it down. */
  async crash(instanceArn: string, recoveryMs: number = RECOVERY_MS): Promise<void> {
    const instance = this.find(instanceArn);
    if ('volume' in instance) throw new Error(`${instanceArn} is a cluster: name one of its instances`);
    closeEndpoints(this.context, instance);
    await serverOf(instance).kill();
    if (Number.isFinite(recoveryMs)) void this.recover(instance, recoveryMs);
  }

  /** Lets a database pretend to hold this much, which its snapshots and their copies take time for. */
  declareSize(arn: string, sizeGb: number): void {
    if (!(sizeGb > 0)) throw new Error(`sizeGb ${sizeGb} must be more than 0`);
    this.find(arn).traits.sizeGb = sizeGb;
  }

  /** Lets all that RDS begins from now on take this share of its time, until the returned function is called: for what is no part of a story. */
  hurry(share: number): () => void {
    if (!(share > 0 && share <= 1)) throw new Error(`share ${share} must be more than 0 and at most 1`);
    return this.context.passages.hurry(share);
  }

  /** Lets the next copy that makes this snapshot fail when `afterPercent` of it are done. */
  failCopy(snapshotArn: string, afterPercent: number): void {
    const parsed = parseRdsArn(snapshotArn);
    if (parsed?.kind !== 'cluster-snapshot' && parsed?.kind !== 'snapshot') throw new Error(`${snapshotArn} is no ARN of a snapshot`);
    this.context.behaviour.doomedCopies.add(parsed.kind === 'snapshot' ? 'instance' : 'cluster', parsed.place, parsed.name, afterPercent);
  }

  /** Refuses copies that cross accounts and regions at once from now on, as RDS did before 2025-09-23. */
  refuseSingleStepCopies(refuses = true): void {
    this.context.behaviour.refusesSingleStepCopies = refuses;
  }

  /** Creates Aurora clusters unencrypted from now on unless they ask for it, as RDS did before 2026-02-18. */
  createUnencryptedClusters(unencrypted = true): void {
    this.context.behaviour.createsUnencryptedClusters = unencrypted;
  }

  private async recover(instance: DbInstance, recoveryMs: number): Promise<void> {
    const { cloud, notices } = this.context;
    const { signal } = instance.schedule;
    await cloud.clock.sleep(recoveryMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    notices.give(instanceSource(instance), 'recoveryStarted');
    await cloud.clock.whileWorking(() => startServer(this.context, instance));
    openEndpoints(this.context, instance);
    notices.give(instanceSource(instance), 'recoveryCompleted');
  }

  private find(arn: string): DbCluster | DbInstance {
    const parsed = parseRdsArn(arn);
    const place: Place = parsed?.place ?? { account: '', region: '' };
    return parsed?.kind === 'cluster' ? this.context.estate.cluster(place, arn) : this.context.estate.instance(place, arn);
  }
}

function isBetween(regions: readonly (string | undefined)[], one: string, other: string): boolean {
  return regions.includes(one) && regions.includes(other) && one !== other;
}
