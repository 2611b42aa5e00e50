import { Command } from 'commander';
import { loadDeployment } from '../../lib/config/load-deployment';
import { parseFaultRule } from '../cloud/gateway/faults';
import { parseDenialRule } from '../cloud/services/iam/denial-rule';
import { select } from './catalogue';
import { checked, collected } from './checked-argument';

/** What somebody asked of a rehearsal. */
export interface RehearsalOptions {
  readonly only?: string;
  readonly environment: string;
  readonly fault: readonly string[];
  readonly deny: readonly string[];
  readonly list?: boolean;
  readonly report: string;
}

/** The options of `npm start --`, each checked before anything is started. */
export function createRehearsalProgram(): Command {
  return new Command('npm start --')
    .description('Deploys the app into a local cloud and rehearses its systems there.')
    .option('--only <name>', 'a system, or system/scenario', checked(select))
    .option('--environment <name>', 'which lib/config/environments/<name>.ts to deploy', checked(loadDeployment), 'example')
    .option('--fault <rule>', 'make calls go wrong, e.g. rds:CopyDBClusterSnapshot#1x2=throttle', collected(parseFaultRule), [])
    .option('--deny <rule>', 'take a permission away, e.g. aurora-restore-orders-refresh-copy-snapshot=rds:CopyDBClusterSnapshot', collected(parseDenialRule), [])
    .option('--list', 'list systems and scenarios')
    .option('--report <directory>', 'where to write rehearsal.json and rehearsal.html', 'report')
    .allowExcessArguments(false);
}
