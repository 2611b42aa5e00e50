import { Bucket } from '../common/aws/bucket';
import { ContainerService } from '../common/aws/container-service';
import { Instances } from '../common/aws/instances';
import { Keys } from '../common/aws/keys';
import { Secret } from '../common/aws/secret';
import { ServiceQuotaReader } from '../common/aws/service-quota';
import { Subnets } from '../common/aws/subnets';
import { defineHandler } from '../common/define-handler';
import { addMetric } from '../common/metric';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, type Evidence, METRIC } from './contract';
import { FailoverRuns } from './failover-runs';
import { OwnDatabase } from './database-session';
import { readEvidence } from './read-evidence';

/** One condition of a failover to this region, with what was seen. */
export interface Condition {
  readonly name: string;
  readonly holds: boolean;
  readonly seen: string;
}

export interface Readiness {
  readonly region: string;
  readonly assessedAt: string;
  readonly role: 'active' | 'standby';
  readonly scorePercent: number;
  readonly conditions: readonly Condition[];
}

export interface AssessReadinessPorts {
  readonly system: string;
  readonly region: string;
  readonly instance: string;
  readonly activeTasks: number;
  readonly backupWindow: string;
  readonly taskSubnets: readonly string[];
  readonly register: Pick<AuthorityRegister, 'highest'>;
  readonly evidence: () => Promise<Evidence>;
  readonly instances: Pick<Instances, 'find'>;
  readonly service: Pick<ContainerService, 'state' | 'images'>;
  readonly secret: Pick<Secret, 'exists'>;
  readonly keyObstacle: () => Promise<string | undefined>;
  readonly subnets: Pick<Subnets, 'freeAddresses'>;
  readonly taskQuota: () => Promise<number | undefined>;
  readonly reports: Pick<Bucket, 'writeJson'>;
  readonly now: () => Date;
}

/** Looks every quarter of an hour at everything that a failover to this region would need, so that it is not found missing in one. */
export async function assessReadiness(_input: unknown, ports: AssessReadinessPorts): Promise<Readiness> {
  const { system, region, register, reports, now } = ports;
  const assessedAt = now().toISOString();
  const { authority } = await register.highest(['own', 'witness']);
  const role = authority?.activeRegion === region ? ('active' as const) : ('standby' as const);
  const conditions = role === 'active' ? [] : await Promise.all(CONDITIONS.map((condition) => look(condition, ports)));
  const held = conditions.filter(({ holds }) => holds).length;
  const scorePercent = conditions.length === 0 ? 100 : Math.round((held / conditions.length) * 100);
  addMetric(system, METRIC.readiness, scorePercent);
  const readiness = { region, assessedAt, role, scorePercent, conditions };
  await reports.writeJson(`readiness/${assessedAt}.json`, readiness);
  return readiness;
}

type Look = (ports: AssessReadinessPorts) => Promise<readonly [holds: boolean, seen: string]>;

const CONDITIONS: readonly (readonly [name: string, look: Look])[] = [
  ['replica has what the primary sent', async ({ evidence }) => {
    const { verdict, reasons } = await evidence();
    return [verdict === 'current' || verdict === 'behind', `${verdict}: ${reasons.join('; ')}`];
  }],
  ['replica can be promoted', async ({ instances, instance }) => {
    const found = await instances.find(instance);
    return [found?.status === 'available' && found.replicationStatus === 'replicating', found ? `${found.status}, replication ${found.replicationStatus ?? 'none'}` : 'there is no instance'];
  }],
  ['no backup window within the next hour', async ({ backupWindow, now }) => [minutesUntil(backupWindow, now()) > 60, `the window is ${backupWindow}, in ${minutesUntil(backupWindow, now())} min`]],
  ['tasks run here', async ({ service }) => {
    const state = await service.state();
    return [state !== undefined && state.isSteady && state.runningCount > 0, state ? `${state.runningCount} of ${state.desiredCount} tasks of ${state.taskDefinitionArn}` : 'there is no service'];
  }],
  ['images lie in this region', async ({ service, region }) => {
    const images = await service.images();
    return [images.length > 0 && images.every((image) => image.includes(`.ecr.${region}.`)), images.join(', ')];
  }],
  ['credentials lie in this region', async ({ secret }) => ((await secret.exists()) ? [true, 'the secret is here'] : [false, 'the secret is missing or going'])],
  ['data key can be used', async ({ keyObstacle }) => {
    const obstacle = await keyObstacle();
    return [obstacle === undefined, obstacle ?? 'the key is enabled'];
  }],
  ['addresses are free for all tasks', async ({ subnets, taskSubnets, activeTasks }) => {
    const free = await subnets.freeAddresses(taskSubnets);
    return [free >= activeTasks * 2, `${free} addresses are free`];
  }],
  ['quota allows all tasks', async ({ taskQuota, activeTasks }) => {
    const quota = await taskQuota();
    return [quota === undefined || quota >= activeTasks * 2, quota === undefined ? 'the quota is not told here' : `the quota is ${quota} vCPU`];
  }],
];

async function look([name, condition]: (typeof CONDITIONS)[number], ports: AssessReadinessPorts): Promise<Condition> {
  try {
    const [holds, seen] = await condition(ports);
    return { name, holds, seen };
  } catch (error) {
    // What cannot be looked at is not ready; the others are still worth knowing.
    return { name, holds: false, seen: (error as Error).message };
  }
}

function minutesUntil(window: string, now: Date): number {
  const [hours = 0, minutes = 0] = window.split('-')[0]?.split(':').map(Number) ?? [];
  const begin = hours * 60 + minutes;
  const current = now.getUTCHours() * 60 + now.getUTCMinutes();
  return (begin - current + 1440) % 1440;
}

/** Fargate On-Demand vCPU resource count: https://docs.aws.amazon.com/general/latest/gr/ecs-service.html */
const TASK_QUOTA = ['fargate', 'L-3032A538'] as const;

export const handler = defineHandler('warm-standby/assess-readiness', assessReadiness, (env) => {
  const target = { region: env.region };
  const register = new AuthorityRegister(registersOf(env));
  const database = OwnDatabase.from(env);
  const runs = FailoverRuns.in(env);
  const now = () => new Date();
  const system = env.required(ENV.SYSTEM);
  const rpoSeconds = env.number(ENV.RPO_SECONDS);
  return {
    system,
    region: env.region,
    instance: env.required(ENV.INSTANCE),
    activeTasks: env.number(ENV.ACTIVE_TASKS),
    backupWindow: env.required(ENV.BACKUP_WINDOW),
    taskSubnets: env.required(ENV.TASK_SUBNETS).split(','),
    register,
    evidence: async () => {
      const at = now().toISOString();
      const run = { operationId: 'readiness', kind: 'planned', epoch: 0, requestedBy: 'schedule', reason: 'readiness', requestedAt: at, lastServedAt: (await runs.lastServedAt()) ?? at } as const;
      return readEvidence({ operationId: run.operationId, run }, { system, region: env.region, rpoSeconds, database, register, now });
    },
    instances: Instances.in(target),
    service: ContainerService.in(target, env.required(ENV.CLUSTER), env.required(ENV.SERVICE)),
    secret: Secret.in(target, env.required(ENV.APP_SECRET)),
    keyObstacle: () => Keys.in(target).obstacleToGrant(env.required(ENV.DATA_KEY_ARN), `rds.${env.region}.amazonaws.com`),
    subnets: Subnets.in(target),
    taskQuota: () => ServiceQuotaReader.in(target).valueOf(...TASK_QUOTA),
    reports: Bucket.in(target, env.required(ENV.REPORT_BUCKET)),
    now,
  };
});
