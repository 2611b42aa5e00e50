import type * as sdk from '@aws-sdk/client-cloudwatch';
import { globalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { dashboardProblems } from './dashboard-body';

interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: Date;
}

/** The operations on dashboards, which belong to an account and no region. */
export function dashboardOperations(clock: CloudClock): Operations<typeof sdk> {
  const accounts = new Map<string, Map<string, Dashboard>>();
  const dashboardsOf = ({ account }: Call) => {
    const dashboards = accounts.get(account) ?? new Map<string, Dashboard>();
    accounts.set(account, dashboards);
    return dashboards;
  };
  const arnOf = ({ account }: Call, name: string | undefined) => globalArn('cloudwatch', account, `dashboard/${name ?? ''}`);
  const find = (call: Call, name: string | undefined): Dashboard => {
    const dashboard = dashboardsOf(call).get(name ?? '');
    if (!dashboard) throw new AwsError('ResourceNotFound', `Dashboard ${name ?? ''} does not exist`);
    return dashboard;
  };
  return {
    PutDashboard: {
      access: ({ DashboardName }, call) => [{ resource: arnOf(call, DashboardName) }],
      run: ({ DashboardName: name = '', DashboardBody: body = '' }, call) => {
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw new AwsError('InvalidParameterValueException', `The value ${name} for DashboardName is invalid.`);
        const problems = dashboardProblems(body);
        if (problems.length > 0) {
          const first = problems[0];
          throw new AwsError('DashboardInvalidInputError', `The dashboard body is invalid, there are ${problems.length} validation errors: ${first?.DataPath ?? ''} ${first?.Message ?? ''}`, { details: { dashboardValidationMessages: problems } });
        }
        dashboardsOf(call).set(name, { name, body, modifiedAt: clock.now() });
        return { DashboardValidationMessages: [] };
      },
    },
    GetDashboard: {
      access: ({ DashboardName }, call) => [{ resource: arnOf(call, DashboardName) }],
      run: ({ DashboardName }, call) => {
        const { name, body } = find(call, DashboardName);
        return { DashboardArn: arnOf(call, name), DashboardName: name, DashboardBody: body };
      },
    },
    ListDashboards: {
      access: () => [{ resource: '*' }],
      run: ({ DashboardNamePrefix = '', NextToken }, call) => {
        const chosen = [...dashboardsOf(call).values()].filter(({ name }) => name.startsWith(DashboardNamePrefix));
        const page = pageOf(chosen, 1000, NextToken);
        if (!page) throw new AwsError('InvalidParameterValueException', 'Invalid nextToken');
        const DashboardEntries = page.items.map(({ name, body, modifiedAt }) => ({ DashboardName: name, DashboardArn: arnOf(call, name), LastModified: modifiedAt, Size: Buffer.byteLength(body) }));
        return { DashboardEntries, NextToken: page.nextToken };
      },
    },
    DeleteDashboards: {
      access: ({ DashboardNames = [] }, call) => DashboardNames.map((name) => ({ resource: arnOf(call, name) })),
      run: ({ DashboardNames = [] }, call) => {
        for (const name of DashboardNames) find(call, name);
        for (const name of DashboardNames) dashboardsOf(call).delete(name);
        return {};
      },
    },
  };
}
