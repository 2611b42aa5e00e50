import type * as sdk from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Call, Operations } from '../../gateway/service';
import { dashboardProblems } from './dashboard-body';
import { dashboardArn, type DashboardStore } from './dashboard-store';

/** The operations on dashboards. */
export function dashboardOperations(store: DashboardStore, clock: CloudClock): Operations<typeof sdk> {
  const byName = ({ DashboardName }: { DashboardName: string | undefined }, { account }: Call) => [{ resource: dashboardArn(account, DashboardName) }];
  return {
    PutDashboard: {
      access: byName,
      run: ({ DashboardName: name = '', DashboardBody: body = '' }, call) => {
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw new AwsError('InvalidParameterValueException', `The value ${name} for DashboardName is invalid.`);
        const problems = dashboardProblems(body);
        if (problems.length > 0) {
          const first = problems[0];
          throw new AwsError('DashboardInvalidInputError', `The dashboard body is invalid, there are ${problems.length} validation errors: ${first?.DataPath ?? ''} ${first?.Message ?? ''}`, { details: { dashboardValidationMessages: problems } });
        }
        const dashboards = store.of(call.account);
        dashboards.set(name, { name, body, modifiedAt: clock.now(), tags: dashboards.get(name)?.tags ?? {} });
        return { DashboardValidationMessages: [] };
      },
    },
    GetDashboard: {
      access: byName,
      run: ({ DashboardName }, call) => {
        const { name, body } = store.get(call.account, DashboardName);
        return { DashboardArn: dashboardArn(call.account, name), DashboardName: name, DashboardBody: body };
      },
    },
    ListDashboards: {
      access: () => [{ resource: '*' }],
      run: ({ DashboardNamePrefix = '', NextToken }, call) => {
        const chosen = [...store.of(call.account).values()].filter(({ name }) => name.startsWith(DashboardNamePrefix));
        const page = pageOf(chosen, 1000, NextToken);
        if (!page) throw new AwsError('InvalidParameterValueException', 'Invalid nextToken');
        const DashboardEntries = page.items.map(({ name, body, modifiedAt }) => ({ DashboardName: name, DashboardArn: dashboardArn(call.account, name), LastModified: modifiedAt, Size: Buffer.byteLength(body) }));
        return { DashboardEntries, NextToken: page.nextToken };
      },
    },
    DeleteDashboards: {
      access: ({ DashboardNames = [] }, call) => DashboardNames.map((name) => ({ resource: dashboardArn(call.account, name) })),
      run: ({ DashboardNames = [] }, call) => {
        for (const name of DashboardNames) store.get(call.account, name);
        for (const name of DashboardNames) store.of(call.account).delete(name);
        return {};
      },
    },
  };
}
