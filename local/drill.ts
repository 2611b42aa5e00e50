import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { drillPlot } from './drill/drill-plot';
import { summarizeDrills, type DrillSummary } from './drill/drill-summary';
import { drillFailover, type DrillProps, type DrillResult } from './drill/failover-drill';
import { playOnWarmStandby } from './drill/play-on-warm-standby';
import { seededRandom } from './drill/seeded-random';

interface Options {
  readonly runs: number;
  readonly mode: DrillProps['mode'];
  readonly seed: number;
  readonly environment: string;
  readonly report: string;
}

const SYSTEM = 'shop';

/** Fails the warm standby over many times on one deployed cloud: how long it takes, and what it costs. */
async function main(): Promise<void> {
  const options = new Command('npm run drill --')
    .description('Fails the warm standby over many times in a local cloud, under load, and counts what clients lost.')
    .option('--runs <number>', 'how many failovers', wholeNumber, 10)
    .addOption(new Option('--mode <mode>', 'mixed loses the primary region and comes back in an orderly manner, in turns').choices(['mixed', 'planned']).default('mixed'))
    .option('--seed <number>', 'for what differs from drill to drill', wholeNumber, 1)
    .option('--environment <name>', 'which lib/config/environments/<name>.ts to deploy', 'example')
    .option('--report <directory>', 'where drill.json and drill.svg go', 'report')
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
  const results: DrillResult[] = [];
  let objectives = { rtoSeconds: 0, rpoSeconds: 0 };
  const startedMs = performance.now();
  const write = () => writeReport(options, results, summarizeDrills(results, objectives), (performance.now() - startedMs) / 1000);
  const random = seededRandom(options.seed);
  const failure = await playOnWarmStandby(
    {
      name: 'drill',
      title: `${options.runs} failovers under load`,
      async run(stage) {
        const { objectives: { rtoMinutes, rpoSeconds } = { rtoMinutes: 0, rpoSeconds: 0 } } = stage.world.systems.get(SYSTEM) ?? {};
        objectives = { rtoSeconds: rtoMinutes * 60, rpoSeconds };
        for (let run = 1; run <= options.runs; run += 1) {
          stage.note(`drill ${run} of ${options.runs}`);
          results.push(await drillFailover(stage, { run, mode: options.mode, random }));
          // A hundred drills take a while, and what was found must survive an interruption.
          write();
        }
      },
    },
    options.environment,
    say,
  );
  const summary = summarizeDrills(results, objectives);
  print(summary);
  for (const { run, failure: why } of results) if (why !== undefined) say(`drill ${run} failed: ${why}`);
  if (failure !== undefined) say(failure);
  process.exitCode = failure === undefined && summary.failed === 0 && summary.lostInPlanned === 0 ? 0 : 1;
}

function writeReport({ runs, mode, seed, report }: Options, results: readonly DrillResult[], summary: DrillSummary, wallSeconds: number): void {
  mkdirSync(report, { recursive: true });
  const whole = { at: new Date().toISOString(), asked: { runs, mode, seed }, wallSeconds, cpus: cpus().length, loadPerCpu: (loadavg()[0] ?? 0) / cpus().length, summary, results };
  writeFileSync(path.join(report, 'drill.json'), `${JSON.stringify(whole, null, 2)}\n`);
  writeFileSync(path.join(report, 'drill.svg'), drillPlot(summary));
}

function print({ drills, failed, lostInPlanned, lostInUnplanned, measures }: DrillSummary): void {
  say(`\n${drills} drills, ${failed} failed. Promised transactions lost: ${lostInPlanned} in planned failovers, ${lostInUnplanned} in unplanned ones, each named by the report.`);
  const rows = measures.map(({ kind, name, unit, distribution: { least, median, percentile95, most }, limit }) => [`${kind}: ${name}`, ...[least, median, percentile95, most].map((value) => value.toFixed(1)), unit, limit === undefined ? '' : `declared ${limit}`]);
  const table = [['', 'least', 'median', '95 %', 'most', '', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? [];
  for (const cells of table) say(cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}

void main();
