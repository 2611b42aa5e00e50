import { DescribeDBInstancesCommand, PromoteReadReplicaCommand, RDSClient } from '@aws-sdk/client-rds';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { playOnWarmStandby } from '../local/drill/play-on-warm-standby';
import type { Place } from '../local/cloud/gateway/service';
import { StandbyOnStage } from '../local/scenarios/warm-standby/standby-on-stage';
import { median, ratio } from './result';

interface Options {
  readonly repeats: number;
  readonly report: string;
}

/** What a planned failover does besides the promotion: drain, open, start tasks, switch, and wait for names to lead there. */
const LIMIT = 2;
const HOUR_MS = 3_600_000;
const RETENTION_DAYS = 7;

/** Measures planned failovers beside promotions of the same replica by hand, all in one cloud and in its time. */
async function main(): Promise<void> {
  const { repeats, report } = new Command('node --import tsx bench/failover.ts')
    .description('Measures what the orchestration of a failover adds to a bare promotion of the same database.')
    .option('--repeats <number>', 'of each; the median counts', wholeNumber, 3)
    .option('--report <directory>', 'where failover-bench.json goes', 'report')
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  const failovers: number[] = [];
  const bare: number[] = [];
  const failure = await playOnWarmStandby(
    {
      name: 'bench',
      title: `${repeats} planned failovers and ${repeats} bare promotions`,
      async run(stage) {
        const shop = new StandbyOnStage(stage);
        for (let repeat = 0; repeat < repeats; repeat += 1) {
          const to = repeat % 2 === 0 ? shop.standby : shop.primary;
          await shop.begin(shop.otherThan(to));
          bare.push(await stage.step(`the replica in ${to.region} is promoted by hand`, () => promoteByHand(shop, to), (seconds) => [`${seconds.toFixed(1)} s`]));
          await shop.rebuild(to);
          failovers.push((await shop.moveTo(to)).recoveryTimeSeconds ?? NaN);
        }
        await shop.finish();
      },
    },
    'example',
    say,
  );
  if (failure !== undefined) throw new Error(failure);
  const measured = ratio({ name: 'planned failover, out of service', value: median(failovers), yardstick: median(bare), unit: 's', against: 'a bare promotion', limit: LIMIT });
  mkdirSync(report, { recursive: true });
  writeFileSync(path.join(report, 'failover-bench.json'), `${JSON.stringify({ at: new Date().toISOString(), measured, failovers, bare }, null, 2)}\n`);
  say(`\n${measured.name}: ${measured.value.toFixed(1)} s, ${measured.against} takes ${measured.yardstick.toFixed(1)} s: ${measured.ratio.toFixed(2)}x, at most ${LIMIT}x (seconds of the cloud's time; RDS's own are from a table)`);
  process.exitCode = measured.ratio <= LIMIT ? 0 : 1;
}

/** From the call until the instance is its own master, usable and backed up, in seconds of the cloud's time. */
async function promoteByHand(shop: StandbyOnStage, place: Place): Promise<number> {
  const { stage, databases } = shop;
  const rds = stage.client(RDSClient, place);
  const DBInstanceIdentifier = databases.instance;
  const startedMs = stage.cloud.clock.nowMs();
  await rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier, BackupRetentionPeriod: RETENTION_DAYS }));
  const isDone = async (): Promise<boolean> => {
    const { DBInstances: [found] = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
    return found?.ReadReplicaSourceDBInstanceIdentifier === undefined && ['available', 'backing-up'].includes(found?.DBInstanceStatus ?? '');
  };
  // As often as the failover looks.
  const LOOK_MS = 10_000;
  while (!(await isDone())) {
    if (stage.cloud.clock.nowMs() - startedMs > HOUR_MS) throw new Error(`${DBInstanceIdentifier} is not promoted within an hour`);
    await stage.cloud.clock.pass(LOOK_MS);
  }
  return (stage.cloud.clock.nowMs() - startedMs) / 1000;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();
