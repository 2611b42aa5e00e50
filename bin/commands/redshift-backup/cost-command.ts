import { Option, type Command } from 'commander';
import { snapshotsHeld, type RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import { runsOf } from '../../../lib/config/schedule-runs';
import { costOf, type ApproachCost, type CostQuestion } from '../../../lib/redshift-backup/cost/cost-model';
import { NODE_HOUR, PRICED_REGION, PRICES } from '../../../lib/redshift-backup/cost/prices';
import { table } from '../../command-line/table';
import type { Operator } from '../../command-line/operator';
import { nodes } from './arguments';
import { findWarehouse } from './warehouse';

interface CostOptions {
  readonly sizeGb: number;
  readonly changePercent: number;
  readonly family?: CostQuestion['family'];
  readonly date: string;
  readonly crossRegion?: boolean;
  readonly nodeType?: string;
  readonly nodes?: number;
}

/** `warehouse cost`: what each approach costs a month with the configured schedule and retention. */
export function addCostCommand(warehouse: Command, operator: Operator): void {
  warehouse
    .command('cost <warehouse>')
    .description(`computes what each approach costs a month, at the prices of ${PRICED_REGION}`)
    .addOption(new Option('--size-gb <number>', 'size of the warehouse').argParser(Number).default(1000))
    .addOption(new Option('--change-percent <number>', 'share of its blocks that a day replaces').argParser(Number).default(5))
    .addOption(new Option('--family <name>', 'how it is run').choices(['ra3', 'dc2', 'rg', 'serverless']).default(undefined, 'ra3, or serverless where the warehouse is'))
    .option('--date <YYYY-MM-DD>', 'day of the bill: billing rules have dates', new Date().toISOString().slice(0, 10))
    .option('--cross-region', 'snapshots go to another region too, for the days of regionCopy, or those of the retention without it')
    .addOption(new Option('--node-type <type>', 'nodes that proofs are restored to; of a cluster that is only named, ra3.large unless said').choices(Object.keys(NODE_HOUR)))
    .option('--nodes <number>', 'how many of them; 2 unless configured or said', nodes)
    .action((name: string, options: CostOptions) => {
      const { config } = findWarehouse(operator, name);
      const costs = costOf(questionOf(config, options));
      const sources = Object.values(PRICES).map(({ per, usd, source, asOf, certainty }) => `  ${usd} USD a ${per}: ${source} (${asOf}, ${certainty})`);
      operator.answer(costs, [...costs.flatMap(linesOf), 'Prices:', ...sources]);
    });
}

function questionOf({ schedule, retention, proof, source, regionCopy }: RedshiftBackupConfig, { sizeGb, changePercent, family, date, crossRegion, nodeType, nodes: count }: CostOptions): CostQuestion {
  const { warehouse } = source;
  const node = 'workgroup' in warehouse ? { nodeType: 'RPU', numberOfNodes: proof.capacityRpu } : 'cidr' in warehouse ? warehouse : { nodeType: 'ra3.large', numberOfNodes: 2 };
  const { keepDays } = regionCopy ?? { keepDays: retention.days };
  const aMonth = (365 / 12) / 7;
  return {
    sizeGb,
    changePercentADay: changePercent,
    family: family ?? ('workgroup' in warehouse ? 'serverless' : 'ra3'),
    date,
    backupsADay: runsOf(schedule).mostWithin(7) / 7,
    snapshotsHeld: snapshotsHeld(schedule, retention),
    oldestDays: Math.max(retention.days, retention.daily, retention.weekly * 7, retention.monthly * 31, retention.yearly * 366),
    ownedCopies: { aMonth: runsOf(proof.schedule).mostWithin(7) * aMonth, held: snapshotsHeld(proof.schedule, proof.retention), nodeType: nodeType ?? node.nodeType, nodes: count ?? node.numberOfNodes, hoursEach: 1 },
    ...(crossRegion && { regionCopies: { held: runsOf(schedule).mostWithin(keepDays) + 1, oldestDays: keepDays } }),
  };
}

function linesOf({ approach, usdAMonth, lines }: ApproachCost): readonly string[] {
  return [`${approach}: ${usdAMonth.toFixed(2)} USD a month`, ...table(['', 'USD', ''], lines.map((line) => [`  ${line.what}`, line.usdAMonth.toFixed(2), line.how])).slice(1), ''];
}
