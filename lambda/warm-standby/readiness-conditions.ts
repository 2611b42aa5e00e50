import type { BucketReplication } from '../common/aws/bucket-replication';
import type { ContainerService, TaskShape } from '../common/aws/container-service';
import type { Instances } from '../common/aws/instances';
import type { Subnets } from '../common/aws/subnets';
import type { AuthorityRegister } from './authority-register';
import type { Evidence, TablePosition } from './contract';

/** One condition of a failover to this region, with what was seen. */
export interface Condition {
  readonly name: string;
  readonly holds: boolean;
  readonly seen: string;
}

/** The current version of a secret in both regions; nothing where there is none. */
export interface SecretVersions {
  readonly name: string;
  readonly own: string | undefined;
  readonly peer: string | undefined;
}

/** What the conditions look at. */
export interface ReadinessPorts {
  readonly region: string;
  readonly instance: string;
  readonly activeTasks: number;
  /** The most tasks that may be wanted here, in vCPU. */
  readonly mostVcpu: number;
  readonly backupWindow: string;
  readonly taskSubnets: readonly string[];
  readonly peerBucket: string;
  readonly register: Pick<AuthorityRegister, 'highest'>;
  readonly evidence: () => Promise<Evidence>;
  /** Where the tables end that losses are told by. */
  readonly positions: () => Promise<readonly TablePosition[]>;
  readonly instances: Pick<Instances, 'find'>;
  readonly service: Pick<ContainerService, 'state' | 'shape' | 'runningImages'>;
  readonly peerService: Pick<ContainerService, 'shape' | 'runningImages'>;
  readonly secretVersions: () => Promise<readonly SecretVersions[]>;
  readonly keyObstacle: () => Promise<string | undefined>;
  readonly subnets: Pick<Subnets, 'freeAddresses'>;
  readonly taskQuotas: () => Promise<Readonly<Record<'own' | 'peer', number | undefined>>>;
  readonly replication: Pick<BucketReplication, 'destinations'>;
  readonly now: () => Date;
}

type Seen = readonly [holds: boolean, seen: string];
type Look = (ports: ReadinessPorts) => Promise<Seen>;

/** How long before a backup a failover would run into it. */
const BACKUP_NEAR_MINUTES = 60;
const DAY_MINUTES = 1440;
/** A deployment in mid-failover runs every task twice. */
const ADDRESSES_A_TASK = 2;

const CONDITIONS: readonly (readonly [name: string, look: Look])[] = [
  ['replica has what the primary sent', lookAtReplication],
  ['tables by which losses are told can be read', lookAtTables],
  ['replica can be promoted', lookAtInstance],
  ['no backup is near', lookAtBackupWindow],
  ['tasks run here', lookAtTasks],
  ['images lie in this region', lookAtImages],
  ['images are those of the other region', compareDigests],
  ['task definition is that of the other region', compareShapes],
  ['credentials are those of the other region', compareSecrets],
  ['data key can be used', lookAtKey],
  ['addresses are free for all tasks', lookAtAddresses],
  ['quota allows all tasks', lookAtQuota],
  ['objects written here would go to the other region', lookAtObjects],
  ['witness answers', lookAtWitness],
];

/** Looks at everything that a failover to this region would need. What cannot be looked at does not hold; the others are still worth knowing. */
export async function lookAtConditions(ports: ReadinessPorts): Promise<readonly Condition[]> {
  return Promise.all(
    CONDITIONS.map(async ([name, look]) => {
      try {
        const [holds, seen] = await look(ports);
        return { name, holds, seen };
      } catch (error) {
        return { name, holds: false, seen: (error as Error).message };
      }
    }),
  );
}

async function lookAtReplication({ evidence }: ReadinessPorts): Promise<Seen> {
  const { verdict, reasons } = await evidence();
  return [verdict === 'current' || verdict === 'behind', `${verdict}: ${reasons.join('; ')}`];
}

async function lookAtTables({ positions }: ReadinessPorts): Promise<Seen> {
  const all = await positions();
  return [all.every(({ unread }) => unread === undefined), all.map(({ table, lastNumber, unread }) => `${table}: ${unread ?? `ends at ${lastNumber ?? 'nothing'}`}`).join('; ') || 'there are none'];
}

async function lookAtInstance({ instances, instance }: ReadinessPorts): Promise<Seen> {
  const found = await instances.find(instance);
  return [found?.status === 'available' && found.replicationStatus === 'replicating', found ? `${found.status}, replication ${found.replicationStatus ?? 'none'}` : 'there is no instance'];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html: not while it backs up. */
async function lookAtBackupWindow({ instances, instance, backupWindow, now }: ReadinessPorts): Promise<Seen> {
  // As RDS makes them: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
  if ((await instances.find(instance))?.backupRetentionDays === 0) return [true, 'the replica takes no backups by itself'];
  const [begin = 0, end = 0] = backupWindow.split('-').map(minutesOf);
  const current = now().getUTCHours() * 60 + now().getUTCMinutes();
  const untilBegin = (begin - current + DAY_MINUTES) % DAY_MINUTES;
  const isWithin = (current - begin + DAY_MINUTES) % DAY_MINUTES < (end - begin + DAY_MINUTES) % DAY_MINUTES;
  return [!isWithin && untilBegin > BACKUP_NEAR_MINUTES, `the window is ${backupWindow}, ${isWithin ? 'now' : `in ${untilBegin} min`}`];
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

async function lookAtTasks({ service }: ReadinessPorts): Promise<Seen> {
  const state = await service.state();
  return [state !== undefined && state.isSteady && state.runningCount > 0, state ? `${state.runningCount} of ${state.desiredCount} tasks of ${state.taskDefinitionArn}` : 'there is no service'];
}

async function lookAtImages({ service, region }: ReadinessPorts): Promise<Seen> {
  const images = (await service.shape())?.containers.map(({ image }) => image) ?? [];
  return [images.length > 0 && images.every((image) => image.includes(`.ecr.${region}.`)), images.join(', ')];
}

/** By what runs, not by what was ordered: a tag may lead to different images in two registries. */
async function compareDigests({ service, peerService }: ReadinessPorts): Promise<Seen> {
  const [own, peer] = await Promise.all([service.runningImages(), peerService.runningImages()]);
  return [own.length > 0 && own.join() === peer.join(), `here ${listOf(own)}, there ${listOf(peer)}`];
}

async function compareShapes({ service, peerService }: ReadinessPorts): Promise<Seen> {
  const [own, peer] = await Promise.all([service.shape(), peerService.shape()]);
  if (!own || !peer) return [false, `there is no service ${own ? 'there' : 'here'}`];
  const differing = differences(own, peer);
  return [differing.length === 0, differing.length === 0 ? `${own.arn} asks for what ${peer.arn} does` : `${own.arn} and ${peer.arn} differ in ${differing.join(', ')}`];
}

function differences(own: TaskShape, peer: TaskShape): readonly string[] {
  const containers = ({ containers: all }: TaskShape) => all.map(({ name, variables, secrets }) => [name, variables, secrets]);
  const compared = { cpu: [own.cpu, peer.cpu], memory: [own.memory, peer.memory], 'containers, variables or secrets': [containers(own), containers(peer)] };
  return Object.entries(compared).flatMap(([what, [here, there]]) => (JSON.stringify(here) === JSON.stringify(there) ? [] : [what]));
}

async function compareSecrets({ secretVersions }: ReadinessPorts): Promise<Seen> {
  const versions = await secretVersions();
  return [versions.every(({ own, peer }) => own !== undefined && own === peer), versions.map(({ name, own, peer }) => `${name}: ${own ?? 'nothing'} here, ${peer ?? 'nothing'} there`).join('; ')];
}

async function lookAtKey({ keyObstacle }: ReadinessPorts): Promise<Seen> {
  const obstacle = await keyObstacle();
  return [obstacle === undefined, obstacle ?? 'the key is enabled'];
}

async function lookAtAddresses({ subnets, taskSubnets, activeTasks }: ReadinessPorts): Promise<Seen> {
  const free = await subnets.freeAddresses(taskSubnets);
  return [free >= activeTasks * ADDRESSES_A_TASK, `${free} addresses are free`];
}

/** Enough for all that autoscaling may start, and no less than the region has that carries the load today. */
async function lookAtQuota({ taskQuotas, mostVcpu }: ReadinessPorts): Promise<Seen> {
  const { own, peer } = await taskQuotas();
  if (own === undefined) return [true, 'the quota is not told here'];
  return [own >= mostVcpu && own >= (peer ?? 0), `${own} vCPU here, ${peer ?? 'an unknown number of'} vCPU there, at most ${mostVcpu} are wanted`];
}

async function lookAtObjects({ replication, peerBucket }: ReadinessPorts): Promise<Seen> {
  const destinations = await replication.destinations();
  return [destinations.includes(peerBucket), `they are copied to ${listOf(destinations)}`];
}

async function lookAtWitness({ register }: ReadinessPorts): Promise<Seen> {
  const { authority, answered } = await register.highest(['witness']);
  return [answered === 1 && authority !== undefined, authority ? `epoch ${authority.epoch} of ${authority.activeRegion}` : 'it knows of no active region, or does not answer'];
}

function listOf(names: readonly string[]): string {
  return names.length > 0 ? names.join(', ') : 'nothing';
}
