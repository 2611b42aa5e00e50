import { globalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';

export interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: Date;
  tags: Record<string, string>;
}

/** Dashboards, which belong to an account and no region. */
export class DashboardStore {
  private readonly accounts = new Map<string, Map<string, Dashboard>>();

  of(account: string): Map<string, Dashboard> {
    const dashboards = this.accounts.get(account) ?? new Map<string, Dashboard>();
    this.accounts.set(account, dashboards);
    return dashboards;
  }

  get(account: string, name: string | undefined): Dashboard {
    const dashboard = this.of(account).get(name ?? '');
    if (!dashboard) throw new AwsError('ResourceNotFound', `Dashboard ${name ?? ''} does not exist`);
    return dashboard;
  }
}

export function dashboardArn(account: string, name: string | undefined): string {
  return globalArn('cloudwatch', account, `dashboard/${name ?? ''}`);
}
