import { Dashboard, type IAlarm, AlarmStatusWidget, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

const FULL_WIDTH = 24;
const HALF_WIDTH = 12;

export interface SystemDashboardProps {
  readonly dashboardName: string;
  /** What the system promises and where its runbook is; shown on top. */
  readonly introduction: string;
  readonly alarms: readonly IAlarm[];
  /** Graphs in reading order, two a row. */
  readonly graphs: readonly DashboardGraph[];
}

export interface DashboardGraph {
  readonly title: string;
  readonly metrics: readonly IMetric[];
  /** A promise, drawn as a line. */
  readonly limit?: { readonly label: string; readonly value: number };
}

/** What somebody looks at when woken: the promise, the alarms, then the graphs that explain them. */
export class SystemDashboard extends Construct {
  constructor(scope: Construct, id: string, { dashboardName, introduction, alarms, graphs }: SystemDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName });
    dashboard.addWidgets(new TextWidget({ markdown: introduction, width: FULL_WIDTH, height: 3 }));
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FULL_WIDTH, height: 3 }));
    for (let index = 0; index < graphs.length; index += 2) {
      dashboard.addWidgets(...graphs.slice(index, index + 2).map((graph) => widgetOf(graph)));
    }
  }
}

function widgetOf({ title, metrics, limit }: DashboardGraph): GraphWidget {
  return new GraphWidget({ title, left: [...metrics], width: HALF_WIDTH, height: 6, leftAnnotations: limit ? [{ label: limit.label, value: limit.value }] : [] });
}
