import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { METRIC as AURORA_RESTORE } from '../../lambda/aurora-restore/contract';
import { METRIC as REDSHIFT_BACKUP } from '../../lambda/redshift-backup/contract';
import { METRIC as SNOWFLAKE_REPLICATOR } from '../../lambda/snowflake-replicator/contract';
import { METRIC as WARM_STANDBY } from '../../lambda/warm-standby/contract';
import { exampleAssembly, placeOf, ROOT, SYNTHESIS_LIMIT_MS, type DeclaredResource, type ExampleAssembly } from '../support/example-assembly';

const METRICS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'aurora-restore': AURORA_RESTORE,
  'redshift-backup': REDSHIFT_BACKUP,
  'snowflake-replicator': SNOWFLAKE_REPLICATOR,
  'warm-standby': WARM_STANDBY,
};

interface AlarmMetric {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

let app: ExampleAssembly;
beforeAll(async () => {
  app = await exampleAssembly();
}, SYNTHESIS_LIMIT_MS);

/** What an alarm looks at: one metric, or several that an expression combines. */
function metricsOf({ Properties }: DeclaredResource): readonly AlarmMetric[] {
  const combined = (Properties['Metrics'] ?? []) as readonly { readonly MetricStat?: { readonly Metric: AlarmMetric } }[];
  return [Properties, ...combined.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))];
}

/** The system and the deployment of it that an alarm is about, as its name begins. */
function ownerOf({ Properties }: DeclaredResource): readonly [system: string, instance: string] {
  const [system = '', instance = ''] = String(Properties['AlarmName']).split('/');
  return [system, instance];
}

const alarms = () => app.resources('AWS::CloudWatch::Alarm');
const own = () => alarms().flatMap((alarm) => metricsOf(alarm).filter(({ Namespace }) => Namespace === 'Holdfast').map((metric) => ({ alarm, metric })));

/** The names of those metrics of a system that its functions emit. */
function emittedBy(system: string): ReadonlySet<string> {
  const directory = path.join(ROOT, 'lambda', system);
  const sources = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = sources.map((file) => readFileSync(path.join(directory, file), 'utf8')).join('\n');
  return new Set(Object.entries(METRICS[system] ?? {}).flatMap(([key, name]) => (new RegExp(`METRIC\\.${key}\\b`).test(text) ? [name] : [])));
}

test('every metric of ours that an alarm looks at is one that the functions of its system emit', () => {
  const emitted = new Map(Object.keys(METRICS).map((system) => [system, emittedBy(system)]));
  const unheard = own().filter(({ alarm, metric }) => !emitted.get(ownerOf(alarm)[0])?.has(metric.MetricName ?? ''));

  expect(own().length).toBeGreaterThan(0);
  expect(unheard.map(({ alarm, metric }) => `${placeOf(alarm)}: ${metric.MetricName ?? ''}`)).toEqual([]);
});

test('every alarm looks at its metric under the dimensions with which it is emitted: the system, and which deployment of it', () => {
  const lookingElsewhere = own().filter(({ alarm, metric: { Dimensions = [] } }) => {
    const [system, instance] = ownerOf(alarm);
    const [ofInstance, ofSystem, ...more] = [...Dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const isItsOwn = typeof ofInstance?.Value === 'string' && ofInstance.Value.split('/')[0] === instance;
    return ofInstance?.Name !== 'instance' || !isItsOwn || ofSystem?.Name !== 'service' || ofSystem.Value !== system || more.length > 0;
  });

  expect(lookingElsewhere.map(({ alarm, metric }) => `${placeOf(alarm)}: ${JSON.stringify(metric.Dimensions)}`)).toEqual([]);
});

test('everything that has alarms has a dashboard', () => {
  const dashboards = app.resources('AWS::CloudWatch::Dashboard').map(({ Properties }) => String(Properties['DashboardName']));
  const owners = new Set(alarms().map((alarm) => ownerOf(alarm).join('-')));

  expect([...owners].filter((owner) => !dashboards.some((name) => name === `holdfast-${owner}` || name.startsWith(`holdfast-${owner}-`)))).toEqual([]);
});

/** How late CloudWatch may notice silence, which it passes over while the periods before it have data. */
const LATEST_SECONDS = 3_600;

test('an alarm to which silence is a failure does not wait for days until it believes in it', () => {
  const longest = ({ Properties }: DeclaredResource) => {
    const combined = (Properties['Metrics'] ?? []) as readonly { readonly MetricStat?: { readonly Period: number } }[];
    return Math.max(Number(Properties['Period'] ?? 0), ...combined.map(({ MetricStat }) => MetricStat?.Period ?? 0));
  };
  const late = alarms().filter((alarm) => alarm.Properties['TreatMissingData'] === 'breaching' && longest(alarm) > LATEST_SECONDS && !JSON.stringify(alarm.Properties['Metrics'] ?? []).includes('FILL('));

  expect(late.map(placeOf)).toEqual([]);
});
