import type { Parameter } from '@aws-sdk/client-redshift';
import type { ServerParameters } from '../../../engines/postgres/server-configuration';
import { found, type Place } from '../../../gateway/service';
import { invalidValue } from '../../rds/request-errors';
import type { ClusterParameterGroup, RedshiftEstate } from '../state/estate';

interface Definition {
  readonly name: string;
  readonly dataType: 'boolean' | 'integer' | 'string';
  readonly allowedValues?: string;
  readonly defaultValue: string;
  readonly applyType?: 'dynamic';
  /** The parameter of the server behind it, where there is one, and what it wants to hear. */
  readonly server?: (value: string) => ServerParameters;
}

const SWITCH = 'true,false';
const SAME = (name: string) => (value: string): ServerParameters => ({ [name]: value });

/** https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-parameter-groups.html#about-cluster-parameter-groups-cluster-defaults */
const DEFINITIONS: readonly Definition[] = [
  { name: 'auto_analyze', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'true' },
  { name: 'auto_mv', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'true' },
  { name: 'datestyle', dataType: 'string', defaultValue: 'ISO, MDY', server: SAME('datestyle') },
  { name: 'enable_case_sensitive_identifier', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'false' },
  { name: 'enable_user_activity_logging', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'false' },
  { name: 'extra_float_digits', dataType: 'integer', allowedValues: '-15-2', defaultValue: '0', server: SAME('extra_float_digits') },
  { name: 'max_concurrency_scaling_clusters', dataType: 'integer', allowedValues: '0-10', defaultValue: '1' },
  { name: 'max_cursor_result_set_size', dataType: 'integer', allowedValues: '0-14400000', defaultValue: '0' },
  { name: 'query_group', dataType: 'string', defaultValue: 'default' },
  { name: 'require_ssl', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'false', server: (value) => ({ 'rds.force_ssl': value === 'true' ? '1' : '0' }) },
  { name: 'search_path', dataType: 'string', defaultValue: '$user, public', server: (value) => ({ search_path: value.replace('$user', '"$user"') }) },
  { name: 'statement_timeout', dataType: 'integer', allowedValues: '0-2147483647', defaultValue: '0', server: SAME('statement_timeout') },
  { name: 'use_fips_ssl', dataType: 'boolean', allowedValues: SWITCH, defaultValue: 'false' },
  { name: 'wlm_json_configuration', dataType: 'string', defaultValue: '[{"auto_wlm":true}]', applyType: 'dynamic' },
];

export const PARAMETER_FAMILIES = ['redshift-1.0', 'redshift-2.0'] as const;
/** New clusters demand TLS since version 2.0 of the default group: https://docs.aws.amazon.com/redshift/latest/mgmt/behavior-changes.html */
const DEFAULT_GROUP = 'default.redshift-2.0';

/** The group that is named, or the default one; groups that Redshift makes itself come into being when they are first named. */
export function parameterGroup(estate: RedshiftEstate, place: Place, name: string = DEFAULT_GROUP): ClusterParameterGroup {
  const groups = estate.in(place).parameterGroups;
  const family = /^default\.(redshift-\d\.\d)$/.exec(name)?.[1];
  const known = groups.get(name.toLowerCase());
  if (known || family === undefined || !isFamily(family)) return found(known, 'ClusterParameterGroupNotFoundFault', `Cluster parameter group ${name} not found.`);
  const group: ClusterParameterGroup = { place, name, family, description: `Default parameter group for ${family}`, settings: new Map(), tags: {} };
  groups.set(name, group);
  return group;
}

export function isFamily(name: string): name is (typeof PARAMETER_FAMILIES)[number] {
  return (PARAMETER_FAMILIES as readonly string[]).includes(name);
}

/** The parameters of a group; `source` is `user` for those that somebody set. */
export function listParameters(family: string, settings: ReadonlyMap<string, string>, source?: string): readonly Parameter[] {
  return DEFINITIONS.map(({ name, dataType, allowedValues, applyType = 'static' as const }) => ({
    ParameterName: name,
    ParameterValue: settings.get(name) ?? defaultOf(family, name),
    Source: settings.has(name) ? 'user' : 'engine-default',
    DataType: dataType,
    AllowedValues: allowedValues,
    ApplyType: applyType,
    IsModifiable: true,
  })).filter(({ Source }) => source === undefined || Source === source);
}

/** Fails unless it is a parameter with a value that Redshift would take. */
export function checkParameter({ ParameterName = '', ParameterValue }: Parameter): { readonly name: string; readonly value: string } {
  const definition = DEFINITIONS.find(({ name }) => name === ParameterName);
  if (!definition) throw invalidValue(`Could not find parameter with name: ${ParameterName}`);
  if (ParameterValue === undefined || !allows(definition, ParameterValue)) {
    throw invalidValue(`Invalid parameter value: ${ParameterValue ?? ''} for: ${ParameterName} allowed values are: ${definition.allowedValues ?? definition.dataType}`);
  }
  return { name: ParameterName, value: ParameterValue };
}

/** What a server runs with for clusters that use the group. */
export function serverParameters({ family, settings }: ClusterParameterGroup): ServerParameters {
  return Object.assign({}, ...DEFINITIONS.map(({ name, server }) => server?.(settings.get(name) ?? defaultOf(family, name)) ?? {})) as ServerParameters;
}

function defaultOf(family: string, name: string): string {
  if (name === 'require_ssl' && family === 'redshift-2.0') return 'true';
  return DEFINITIONS.find((definition) => definition.name === name)?.defaultValue ?? '';
}

function allows({ dataType, allowedValues }: Definition, value: string): boolean {
  if (allowedValues === undefined) return true;
  if (dataType === 'boolean') return allowedValues.split(',').includes(value);
  const [, lowest, highest] = /^(-?\d+)-(\d+)$/.exec(allowedValues) ?? [];
  return /^-?\d+$/.test(value) && Number(value) >= Number(lowest) && Number(value) <= Number(highest);
}
