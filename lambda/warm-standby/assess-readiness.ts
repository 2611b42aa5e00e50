import { Bucket } from '../common/aws/bucket';
import { BucketReplication } from '../common/aws/bucket-replication';
import type { Target } from '../common/aws/client-factory';
import { ContainerService } from '../common/aws/container-service';
import { Instances } from '../common/aws/instances';
import { Keys } from '../common/aws/keys';
import { Secret } from '../common/aws/secret';
import { ServiceQuotaReader } from '../common/aws/service-quota';
import { Subnets } from '../common/aws/subnets';
import { defineHandler } from '../common/define-handler';
import type { Env } from '../common/env';
import { addMetric } from '../common/metric';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, type Evidence, METRIC } from './contract';
import { OwnDatabase } from './database-session';
import { FailoverRuns } from './failover-runs';
import { lookAtConditions, type Condition, type ReadinessPorts, type SecretVersions } from './readiness-conditions';
import { readEvidence } from './read-evidence';
import { reconciledTablesOf } from './reconciled-tables';
import { readPositions } from './table-positions';

export interface Readiness {
  readonly region: string;
  readonly assessedAt: string;
  readonly role: 'active' | 'standby';
  readonly scorePercent: number;
  readonly conditions: readonly Condition[];
}

export interface AssessReadinessPorts extends ReadinessPorts {
  readonly system: string;
  readonly reports: Pick<Bucket, 'writeJson'>;
}

/** Looks every quarter of an hour at everything that a failover to this region would need, so that it is not found missing in one. */
export async function assessReadiness(_input: unknown, ports: AssessReadinessPorts): Promise<Readiness> {
  const { system, region, register, reports, now } = ports;
  const assessedAt = now().toISOString();
  const { authority } = await register.highest(['own', 'witness']);
  const role = authority?.activeRegion === region ? ('active' as const) : ('standby' as const);
  const conditions = role === 'active' ? [] : await lookAtConditions(ports);
  const held = conditions.filter(({ holds }) => holds).length;
  const scorePercent = conditions.length === 0 ? 100 : Math.floor((held / conditions.length) * 100);
  addMetric(system, METRIC.readiness, scorePercent);
  const readiness = { region, assessedAt, role, scorePercent, conditions };
  await reports.writeJson(`readiness/${assessedAt}.json`, readiness);
  return readiness;
}

/** Fargate On-Demand vCPU resource count: https://docs.aws.amazon.com/general/latest/gr/ecs-service.html */
const TASK_QUOTA = ['fargate', 'L-3032A538'] as const;

/** What the other region does not tell in this time it does not tell; what was seen here is to be written down all the same. */
const PEER_PATIENCE_MS = 5_000;

const now = () => new Date();

/** The evidence that a failover would be judged by, without a failover. */
function evidenceFor(env: Env, register: AuthorityRegister): () => Promise<Evidence> {
  const database = OwnDatabase.from(env);
  const runs = FailoverRuns.in(env);
  const ports = { system: env.required(ENV.SYSTEM), region: env.region, rpoSeconds: env.number(ENV.RPO_SECONDS), database, register, now };
  return async () => {
    const at = now().toISOString();
    const run = { operationId: 'readiness', kind: 'planned', epoch: 0, requestedBy: 'schedule', reason: 'readiness', requestedAt: at, lastServedAt: (await runs.lastServedAt()) ?? at } as const;
    return readEvidence({ operationId: run.operationId, run }, ports);
  };
}

function secretVersionsOf(env: Env): () => Promise<readonly SecretVersions[]> {
  const names = [env.required(ENV.ADMIN_SECRET), env.required(ENV.APP_SECRET)];
  const peer = { region: env.required(ENV.PEER_REGION), patienceMs: PEER_PATIENCE_MS };
  const versionIn = (place: Target, name: string) => Secret.in(place, name).currentVersion();
  return async () => Promise.all(names.map(async (name) => ({ name, own: await versionIn({ region: env.region }, name), peer: await versionIn(peer, name) })));
}

export const handler = defineHandler('warm-standby/assess-readiness', assessReadiness, (env) => {
  const target = { region: env.region };
  const peer = { region: env.required(ENV.PEER_REGION), patienceMs: PEER_PATIENCE_MS };
  const dataKeyArn = env.required(ENV.DATA_KEY_ARN);
  const register = new AuthorityRegister(registersOf(env));
  const serviceIn = (place: Target) => ContainerService.in(place, env.required(ENV.CLUSTER), env.required(ENV.SERVICE));
  const quotaIn = (place: Target) => ServiceQuotaReader.in(place).valueOf(...TASK_QUOTA);
  return {
    system: env.required(ENV.SYSTEM),
    region: env.region,
    instance: env.required(ENV.INSTANCE),
    activeTasks: env.number(ENV.ACTIVE_TASKS),
    mostVcpu: env.number(ENV.MOST_TASKS) * env.number(ENV.TASK_VCPU),
    backupWindow: env.required(ENV.BACKUP_WINDOW),
    taskSubnets: env.required(ENV.TASK_SUBNETS).split(','),
    peerBucket: env.required(ENV.PEER_BUCKET),
    register,
    evidence: evidenceFor(env, register),
    positions: () => OwnDatabase.from(env).use((session) => readPositions(session, reconciledTablesOf(env))),
    instances: Instances.in(target),
    service: serviceIn(target),
    peerService: serviceIn(peer),
    secretVersions: secretVersionsOf(env),
    keyObstacle: () => Keys.in(target).obstacleToGrant(dataKeyArn, `arn:aws:iam::${dataKeyArn.split(':')[4] ?? ''}:root`),
    subnets: Subnets.in(target),
    taskQuotas: async () => ({ own: await quotaIn(target), peer: await quotaIn(peer) }),
    replication: BucketReplication.in(target, env.required(ENV.OWN_BUCKET)),
    reports: Bucket.in(target, env.required(ENV.REPORT_BUCKET)),
    now,
  };
});
