import * as z from 'zod/mini';
import { Executions, isUnderWay } from '../common/aws/executions';
import { defineHandler } from '../common/define-handler';
import { parseInput } from '../common/parse-input';
import { AuthorityRegister, registersOf } from './authority-register';
import { ENV, FailoverRefused, type FailoverRequest, type FailoverRun } from './contract';
import { FailoverRuns } from './failover-runs';

export interface RequestFailoverOutput {
  readonly operationId: string | null;
  readonly executionArn: string | null;
  /** `running` when another trigger was first; `already-active` when there is nothing to do; `service-answers` when an unplanned failover was asked for in vain. */
  readonly status: 'started' | 'running' | 'already-active' | 'service-answers';
}

export interface RequestFailoverPorts {
  readonly region: string;
  readonly register: Pick<AuthorityRegister, 'highest'>;
  readonly runs: Pick<FailoverRuns, 'ofEpoch' | 'note' | 'lastServedAt'>;
  readonly executions: Pick<Executions, 'start' | 'statusOf'>;
  readonly now: () => Date;
}

const requestSchema = z.strictObject({
  kind: z.enum(['planned', 'unplanned']),
  requestedBy: z.string().check(z.minLength(1)),
  reason: z.string().check(z.minLength(1)),
});
const MOST_ATTEMPTS = 20;
/** A service that answered one of the last two probes is not lost: an alarm that comes late must not move it. */
const RECENT_MS = 110_000;

/**
 * Makes the region in which it is called the active one.
 *
 * The execution is named after the epoch that it begins, so however many triggers there are, there is one failover. One that
 * failed is resumed under the next name of the same epoch: every step finds what was done.
 */
export async function requestFailover(request: FailoverRequest, { region, register, runs, executions, now }: RequestFailoverPorts): Promise<RequestFailoverOutput> {
  const { kind, requestedBy, reason } = parseInput(requestSchema, request, 'failover request');
  const { authority } = await register.highest(['own', 'witness']);
  if (!authority) throw new FailoverRefused('the system is not prepared: no region has ever been made the active one');
  const isOurs = authority.activeRegion === region;
  const epoch = isOurs ? authority.epoch : authority.epoch + 1;
  const before = await runs.ofEpoch(epoch);
  if (isOurs && (!before || before.status === 'succeeded')) return { operationId: null, executionArn: null, status: 'already-active' };
  const at = now().toISOString();
  const seenAt = await runs.lastServedAt();
  const isServed = seenAt !== undefined && now().getTime() - new Date(seenAt).getTime() < RECENT_MS;
  if (!before && kind === 'unplanned' && isServed) return { operationId: null, executionArn: null, status: 'service-answers' };
  // A failover that is resumed may find a service that has worked meanwhile, or one that its first attempt has interrupted.
  const lastServedAt = kind === 'planned' && (isServed || !seenAt) ? at : (seenAt ?? at);
  const requestedAt = before?.requestedAt ?? at;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const operationId = attempt === 1 ? `epoch-${epoch}` : `epoch-${epoch}_${attempt}`;
    const status = await executions.statusOf(operationId);
    if (status !== undefined && !isUnderWay(status)) continue;
    const run: FailoverRun = { operationId, kind, epoch, requestedBy, reason, requestedAt, lastServedAt };
    if (status === undefined) await runs.note(epoch, { operationId, status: 'running', requestedAt, lastServedAt });
    const { executionArn, alreadyStarted } = await executions.start(operationId, { operationId, run });
    return { operationId, executionArn, status: alreadyStarted ? 'running' : 'started' };
  }
  throw new FailoverRefused(`epoch ${epoch} was tried ${MOST_ATTEMPTS} times; look at why before it is tried again`);
}

export const handler = defineHandler('warm-standby/request-failover', requestFailover, (env) => ({
  region: env.region,
  register: new AuthorityRegister(registersOf(env)),
  runs: FailoverRuns.in(env),
  executions: Executions.in({ region: env.region }, env.required(ENV.STATE_MACHINE_ARN)),
  now: () => new Date(),
}));
