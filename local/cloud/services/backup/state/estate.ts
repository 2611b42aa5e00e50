import { notFound } from '../backup-errors';
import { PerRegion, type Place } from '../../../gateway/service';
import type { Framework, ReportJob, ReportPlan } from './audit';
import type { BackupJob, CopyJob, RestoreJob } from './job';
import type { Plan } from './plan';
import type { RecoveryPoint, Vault } from './vault';

/** What AWS Backup keeps for one account in one region. */
export class RegionState {
  readonly vaults = new Map<string, Vault>();
  readonly plans = new Map<string, Plan>();
  readonly backupJobs = new Map<string, BackupJob>();
  readonly copyJobs = new Map<string, CopyJob>();
  readonly restoreJobs = new Map<string, RestoreJob>();
  readonly reportPlans = new Map<string, ReportPlan>();
  readonly reportJobs = new Map<string, ReportJob>();
  readonly frameworks = new Map<string, Framework>();
  /** By type, whether plans find resources by their tags; absent means yes. */
  readonly optIns = new Map<string, boolean>();
  /** Answers that were given before, by operation and token. */
  readonly repeated = new Map<string, string>();
}

/** Everything that AWS Backup keeps, of all accounts and regions. */
export class BackupEstate {
  private readonly regions = new PerRegion(() => new RegionState());

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  vault(place: Place, name = ''): Vault {
    const vault = this.in(place).vaults.get(name);
    if (!vault) throw notFound(`Backup vault with name ${name} is not found.`);
    return vault;
  }

  plan(place: Place, id = ''): Plan {
    const plan = this.in(place).plans.get(id);
    if (!plan) throw notFound(`Cannot find Backup plan with ID ${id}`);
    return plan;
  }

  recoveryPoint(place: Place, vaultName: string | undefined, arn = ''): RecoveryPoint {
    const point = this.vault(place, vaultName).recoveryPoints.get(arn);
    if (!point) throw notFound(`Recovery point ${arn} is not found.`);
    return point;
  }

  /** The vault of the place that holds a recovery point. */
  vaultOf(place: Place, arn = ''): Vault | undefined {
    return [...this.in(place).vaults.values()].find(({ recoveryPoints }) => recoveryPoints.has(arn));
  }
}
