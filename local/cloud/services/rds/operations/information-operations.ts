import type { DescribeEventsMessage } from '@aws-sdk/client-rds';
import { RdsAccess } from '../access/rds-access';
import type { Call } from '../../../gateway/service';
import { page } from '../describe/listing';
import { engines, familyOf, isEngine, resolveVersion, versionsOf, type Engine } from '../engine-versions';
import { instanceClassesOf } from '../instance-classes';
import { accountQuotas } from '../quotas';
import { rdsArn } from '../rds-arn';
import type { RdsContext } from '../rds-context';
import { invalidCombination } from '../request-errors';
import type { RdsOperations } from './rds-operations';

const DEFAULT_DURATION_MINUTES = 60;
/** Events are kept this long: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html */
const EVENTS_KEPT_MS = 14 * 24 * 3_600_000;
const EVERYTHING = [{ resource: '*' }];

/** Operations that inform about events, versions, classes and the account. */
export function informationOperations(rds: RdsContext): RdsOperations {
  const to = new RdsAccess(rds.estate);
  return {
    DescribeEvents: { access: () => EVERYTHING, run: (input, call) => describeEvents(rds, input, call) },
    DescribeDBEngineVersions: {
      access: () => EVERYTHING,
      run: ({ Engine, EngineVersion, DBParameterGroupFamily, DefaultOnly, ...paging }) => {
        const versions = wantedEngines(Engine)
          .flatMap((engine) => (DefaultOnly ? [resolveVersion(engine)] : versionsOf(engine)).map((version) => ({ engine, version })))
          .filter(({ version }) => EngineVersion === undefined || version === EngineVersion || version.startsWith(`${EngineVersion}.`))
          .filter(({ engine, version }) => DBParameterGroupFamily === undefined || familyOf(engine, version) === DBParameterGroupFamily);
        const { items, Marker } = page(versions, paging);
        return { DBEngineVersions: items.map(describeVersion), Marker };
      },
    },
    DescribeOrderableDBInstanceOptions: {
      access: () => EVERYTHING,
      run: ({ Engine, EngineVersion, DBInstanceClass, ...paging }, call) => {
        const options = wantedEngines(Engine).flatMap((engine) => {
          const version = resolveVersion(engine, EngineVersion);
          return instanceClassesOf(engine).filter((name) => DBInstanceClass === undefined || name === DBInstanceClass).map((name) => orderable(engine, version, name, call.region));
        });
        const { items, Marker } = page(options, paging);
        return { OrderableDBInstanceOptions: items, Marker };
      },
    },
    DescribeAccountAttributes: { access: () => EVERYTHING, run: (_, call) => ({ AccountQuotas: accountQuotas(rds.estate.in(call)) }) },
    DescribePendingMaintenanceActions: {
      access: ({ ResourceIdentifier }, call) => [ResourceIdentifier === undefined ? { resource: rdsArn('db', call, '*') } : { resource: ResourceIdentifier }],
      run: () => ({ PendingMaintenanceActions: [] }),
    },
    DescribeGlobalClusters: { access: (input, call) => [to.existing('global-cluster', { ...call, region: '' }, input.GlobalClusterIdentifier)], run: () => ({ GlobalClusters: [] }) },
  };
}

function describeEvents({ estate, cloud }: RdsContext, input: DescribeEventsMessage, call: Call) {
  const { SourceIdentifier, SourceType, StartTime, EndTime, Duration, EventCategories = [], ...paging } = input;
  if (SourceIdentifier !== undefined && SourceType === undefined) throw invalidCombination('The parameter SourceType must be provided when SourceIdentifier is provided.');
  const nowMs = cloud.clock.nowMs();
  const endMs = EndTime?.getTime() ?? nowMs;
  const startMs = Math.max(nowMs - EVENTS_KEPT_MS, StartTime?.getTime() ?? endMs - (Duration ?? DEFAULT_DURATION_MINUTES) * 60_000);
  const events = estate.in(call).events.filter(
    (event) =>
      (SourceType === undefined || event.SourceType === SourceType) &&
      (SourceIdentifier === undefined || event.SourceIdentifier === SourceIdentifier.toLowerCase()) &&
      (EventCategories.length === 0 || event.EventCategories?.some((category) => EventCategories.includes(category))) &&
      (event.Date?.getTime() ?? 0) >= startMs &&
      (event.Date?.getTime() ?? 0) <= endMs,
  );
  const { items, Marker } = page(events, paging);
  return { Events: items, Marker };
}

function wantedEngines(name: string | undefined): readonly Engine[] {
  return name === undefined ? engines() : [name].filter(isEngine);
}

function describeVersion({ engine, version }: { readonly engine: Engine; readonly version: string }) {
  return {
    Engine: engine,
    EngineVersion: version,
    DBParameterGroupFamily: familyOf(engine, version),
    DBEngineDescription: engine === 'postgres' ? 'PostgreSQL' : 'Aurora (PostgreSQL)',
    DBEngineVersionDescription: `${engine === 'postgres' ? 'PostgreSQL' : 'Aurora PostgreSQL'} ${version}`,
    MajorEngineVersion: version.split('.')[0],
    Status: 'available',
    SupportedEngineModes: ['provisioned'],
    ValidUpgradeTarget: [],
    SupportsReadReplica: true,
    SupportsLogExportsToCloudwatchLogs: true,
    ExportableLogTypes: ['postgresql'],
    SupportsGlobalDatabases: engine === 'aurora-postgresql',
  };
}

function orderable(engine: Engine, version: string, instanceClass: string, region: string) {
  return {
    Engine: engine,
    EngineVersion: version,
    DBInstanceClass: instanceClass,
    LicenseModel: 'postgresql-license',
    AvailabilityZones: ['a', 'b', 'c'].map((zone) => ({ Name: region + zone })),
    MultiAZCapable: engine === 'postgres',
    ReadReplicaCapable: true,
    Vpc: true,
    SupportsStorageEncryption: true,
    StorageType: engine === 'postgres' ? 'gp3' : 'aurora',
    SupportsIAMDatabaseAuthentication: true,
  };
}
