import { setTimeout as machineTime } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { type Evidence, ReplicaBehind } from '../../../lambda/warm-standby/contract';
import type { Place } from '../../cloud/gateway/service';
import type { ReportView, StandbyOnStage } from './standby-on-stage';

/** One way, on top of what there is: far more than between any two regions, and by the machine's time. */
const DELAY_MS = 400;
/** How often, and how many times at most, the replica is asked whether anything has arrived. */
const LOOK_MS = 20;
const MOST_LOOKS = 500;
const SECOND_MS = 1000;
const MOST_SECONDS = 600;
const HOUR_MS = 3_600_000;

/**
 * Moves to a region whose replica receives late and does not replay what it has, as one whose queries are in the way. Fails the
 * scenario unless the gate sees that, waits, and goes on when the replica does.
 */
export async function moveToLaggingReplica(shop: StandbyOnStage, to: Place): Promise<ReportView> {
  const { stage, databases } = shop;
  const { rds } = stage.cloud.services.databases;
  const replica = databases.arnIn(to);
  await stage.step(`replication takes ${DELAY_MS} ms; the replica in ${to.region} receives and does not replay`, async () => {
    const [link, server] = [rds.replicationLinkOf(replica), rds.serverOf(replica)];
    await untilProgress(shop, to);
    await stage.until('all has arrived', HOUR_MS, async () => (link.bytesUnderWay === 0 && (await server.replicationState()).unreplayedBytes === 0 ? true : undefined));
    link.shape({ delayMs: DELAY_MS });
    await server.pauseReplay();
  });
  await shop.serve(3);
  await stage.step('some of that has arrived', () => untilReceived(shop, to));
  const { operationId } = await stage.step(`planned failover to ${to.region}`, () => shop.request(to, { kind: 'planned', requestedBy: 'operator', reason: 'rehearsal' }));
  const name = operationId ?? '';
  const events = await stage.step('wait until the gate waits', () =>
    stage.until('the gate waits for the replica', HOUR_MS, async () => {
      const found = await historyOf(shop, to, name);
      return found.some((event) => JSON.stringify(event).includes(ReplicaBehind.errorName)) ? found : undefined;
    }),
  );
  const evidence = firstEvidence(events);
  stage.check(evidence?.verdict === 'behind' && evidence.receiverAlive, 'the gate saw that the replica is behind and lacks nothing', `verdict ${evidence?.verdict ?? 'none'}, ${evidence?.unreplayedBytes ?? 0} bytes to replay`);
  await stage.step('the replica replays again', () => rds.serverOf(replica).resumeReplay());
  return shop.arrival(to, name);
}

/** What heartbeats the replica shows is compared with what the other region told last: until it tells more there is a minute. */
async function untilProgress(shop: StandbyOnStage, to: Place): Promise<void> {
  const before = await shop.lastProgressAt(to);
  for (let second = 0; second < MOST_SECONDS && (await shop.lastProgressAt(to)) === before; second += 1) await shop.stage.cloud.clock.pass(SECOND_MS);
}

/** Waits for the link by its own clock, while the cloud's goes no faster: when the other region tells more, the replica is not behind but stale. */
async function untilReceived({ stage, databases }: StandbyOnStage, to: Place): Promise<void> {
  const server = stage.cloud.services.databases.rds.serverOf(databases.arnIn(to));
  await stage.cloud.clock.whileWorking(async () => {
    for (let look = 0; (await server.replicationState()).unreplayedBytes === 0; look += 1) {
      if (look === MOST_LOOKS) throw new Error(`nothing has arrived in ${to.region}`);
      await machineTime(LOOK_MS);
    }
  });
}

async function historyOf(shop: StandbyOnStage, place: Place, operationId: string): Promise<readonly HistoryEvent[]> {
  const { events = [] } = await shop.stage.client(SFNClient, place).send(new GetExecutionHistoryCommand({ executionArn: shop.executionArn(place, operationId), maxResults: 1000 }));
  return events;
}

function firstEvidence(events: readonly HistoryEvent[]): Evidence | undefined {
  const output = events.find(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === 'ReadEvidence')?.stateExitedEventDetails?.output;
  return output === undefined ? undefined : (JSON.parse(output) as { readonly evidence: Evidence }).evidence;
}
