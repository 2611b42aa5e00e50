import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { measureColdStart } from './measure/cold-start';
import { measureFullLoad } from './measure/full-load';
import { measureIncremental } from './measure/incremental';
import { measureMemory } from './measure/memory';
import { plot } from './plot';
import type { Measured } from './result';
import { Rig } from './rig';

const MEASUREMENTS = ['cold-start', 'full-load', 'incremental', 'memory'] as const;
type Measurement = (typeof MEASUREMENTS)[number];

interface Options {
  readonly only?: Measurement;
  readonly scale: number;
  readonly repeats: number;
  readonly report: string;
}

/** What the objectives are about. */
const ROWS = { fullLoad: 2_000_000, memory: [1_000_000, 20_000_000], incremental: [100_000, 5_000_000] } as const;
/** A machine with more to do than this measures itself. */
const BUSY_LOAD_PER_CPU = 0.5;
/** Fewer rows than changes would change the question. */
const FEWEST_ROWS = 20_000;

const program = new Command('npm run bench --')
  .description('Measures the replicator, each figure beside a yardstick of the same run.')
  .addHelpText('after', '\nWhat a failover takes beside a bare promotion, in a cloud of its own: node --import tsx bench/failover.ts')
  .option('--only <measurement>', MEASUREMENTS.join(', '), chosen)
  .option('--scale <factor>', 'rows in proportion to those of the objectives', positive, 1)
  .option('--repeats <number>', 'of what is short enough to be repeated; the median counts', positive, 3)
  .option('--report <directory>', 'where bench.json and bench.svg go', 'report')
  .allowExcessArguments(false);

async function main(): Promise<void> {
  const options = program.parse().opts<Options>();
  const load = (loadavg()[0] ?? 0) / cpus().length;
  const measured = await measure(options);
  const result = { at: new Date().toISOString(), node: process.version, cpus: cpus().length, loadPerCpuBefore: load, scale: options.scale, ...measured };
  mkdirSync(options.report, { recursive: true });
  writeFileSync(path.join(options.report, 'bench.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(path.join(options.report, 'bench.svg'), plot(measured));
  print(measured);
  if (load > BUSY_LOAD_PER_CPU) say(`\nThe machine was busy (load ${load.toFixed(1)} a CPU): measure again when it is quiet.`);
  if (options.scale < 1) say(`\nAt ${options.scale} of the rows that the objectives are about: fixed costs weigh more than they do there.`);
  process.exitCode = measured.ratios.every(({ ratio, limit }) => ratio <= limit) && measured.figures.every(({ value, limit }) => value <= limit) ? 0 : 1;
}

async function measure({ only, scale, repeats }: Options): Promise<Measured> {
  const scaled = (rows: number) => Math.max(FEWEST_ROWS, Math.round(rows * scale));
  const [small, large] = ROWS.memory;
  const [few, many] = ROWS.incremental;
  const parts: Readonly<Record<Measurement, (rig: Rig) => Promise<Measured>>> = {
    'cold-start': () => measureColdStart(repeats),
    'full-load': (rig) => measureFullLoad(rig, scaled(ROWS.fullLoad), repeats),
    incremental: (rig) => measureIncremental(rig, [scaled(few), scaled(many)], repeats),
    memory: (rig) => measureMemory(rig, [scaled(small), scaled(large)], repeats),
  };
  const rig = await Rig.start();
  const found: Measured[] = [];
  try {
    for (const name of only ? [only] : MEASUREMENTS) {
      process.stderr.write(`measuring ${name} ...\n`);
      found.push(await parts[name](rig));
    }
  } finally {
    await rig.close();
  }
  return {
    ratios: found.flatMap(({ ratios }) => ratios),
    figures: found.flatMap(({ figures }) => figures),
    stages: found.flatMap(({ stages }) => stages),
    cpu: found.flatMap(({ cpu }) => cpu),
  };
}

function print({ ratios, figures, stages, cpu }: Measured): void {
  const rows = [
    ...ratios.map(({ name, value, yardstick, unit, against, ratio, limit }) => [name, `${value.toFixed(2)} ${unit}`, `${yardstick.toFixed(2)} ${unit} (${against})`, `${ratio.toFixed(2)}x`, `<= ${limit}x`, ratio <= limit ? 'ok' : 'MISSED']),
    ...figures.map(({ name, value, unit, limit }) => [name, `${value.toFixed(2)} ${unit}`, '', '', `<= ${limit} ${unit}`, value <= limit ? 'ok' : 'MISSED']),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) say(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  for (const { name, ratio, limit, floor } of ratios) {
    if (floor === undefined) continue;
    say(`\n${name}: ${(ratio / floor).toFixed(2)}x the least way to move these bytes, which takes ${floor.toFixed(2)}x of the yardstick${floor > limit ? `: ${limit}x is out of reach on this machine` : ''}.`);
  }
  for (const { name, source, function: own, warehouse } of cpu) {
    if (source === undefined || warehouse === undefined) continue;
    const total = source + own + warehouse;
    say(`\nSeconds of a core in the ${name}: source ${source.toFixed(1)}, function ${own.toFixed(1)}, warehouse ${warehouse.toFixed(1)}; on ${cpus().length} cores no less than ${(total / cpus().length).toFixed(1)} s.`);
  }
  for (const { name, stages: parts } of stages) {
    say(`\nWhere the time of the ${name} goes:`);
    for (const { stage, seconds } of parts) say(`  ${stage.padEnd(28)} ${seconds.toFixed(2).padStart(8)} s`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function chosen(text: string): Measurement {
  const found = MEASUREMENTS.find((name) => name === text);
  if (!found) throw new InvalidArgumentError(`expected one of ${MEASUREMENTS.join(', ')}`);
  return found;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

void main();
