import { Option, type Command } from 'commander';
import { snapshotsHeld, type RedshiftBackupConfig } from '../../../lib/config/redshift-backup';
import { runsOf } from '../../../lib/config/schedule-runs';
import { costOf, type ApproachCost, type CostQuestion } from '../../../lib/redshift-backup/cost/cost-model';
import { PRICED_REGION, PRICES } from '../../../lib/redshift-backup/cost/prices';
import { table } from '../../command-line/table';
import type { Operator } from '../../command-line/operator';
import { findWarehouse } from './warehouse';

interface CostOptions {
  readonly sizeGb: number;
  readonly changePercent: number;
  readonly family?: CostQuestion['family'];
  readonly date: string;
  readonly crossRegion?: boolean;
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
    .option('--cross-region', 'snapshots go to another region too')
    .action((name: string, options: CostOptions) => {
      const { config } = findWarehouse(operator, name);
      const costs = costOf(questionOf(config, options));
      const sources = Object.values(PRICES).map(({ per, usd, source, asOf, certainty }) => `  ${usd} USD a ${per}: ${source} (${asOf}, ${certainty})`);
      operator.answer(costs, [...costs.flatMap(linesOf), 'Prices:', ...sources]);
    });
}

function questionOf({ schedule, retention, proof, source }: RedshiftBackupConfig, { sizeGb, changePercent, family, date, crossRegion = false }: CostOptions): CostQuestion {
  const { warehouse } = source;
  const node = 'workgroup' in warehouse ? { nodeType: 'RPU', numberOfNodes: proof.capacityRpu } : 'cidr' in warehouse ? warehouse : { nodeType: 'ra3.large', numberOfNodes: 2 };
  const aMonth = (365 / 12) / 7;
  return {
    sizeGb,
    changePercentADay: changePercent,
    family: family ?? ('workgroup' in warehouse ? 'serverless' : 'ra3'),
    date,
    backupsADay: runsOf(schedule).mostWithin(7) / 7,
    snapshotsHeld: snapshotsHeld(schedule, retention),
    oldestDays: Math.max(retention.days, retention.daily, retention.weekly * 7, retention.monthly * 31, retention.yearly * 366),
    ownedCopies: { aMonth: runsOf(proof.schedule).mostWithin(7) * aMonth, held: snapshotsHeld(proof.schedule, proof.retention), nodeType: node.nodeType, nodes: node.numberOfNodes, hoursEach: 1 },
    crossRegion,
  };
}

function linesOf({ approach, usdAMonth, lines }: ApproachCost): readonly string[] {
  return [`${approach}: ${usdAMonth.toFixed(2)} USD a month`, ...table(['', 'USD', ''], lines.map((line) => [`  ${line.what}`, line.usdAMonth.toFixed(2), line.how])).slice(1), ''];
}
