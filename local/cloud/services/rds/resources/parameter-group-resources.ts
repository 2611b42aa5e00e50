import {
  CreateDBClusterParameterGroupCommand,
  CreateDBParameterGroupCommand,
  ModifyDBClusterParameterGroupCommand,
  ModifyDBParameterGroupCommand,
  type Parameter,
} from '@aws-sdk/client-rds';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import type { TemplateProperties } from '../../../deploy/template-properties';
import { MAX_GROUP_NAME, physicalName } from './physical-name';

/** How many parameters one call may change. */
const CHUNK = 20;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbclusterparametergroup.html */
export const clusterParameterGroupResource: ResourceProvider = {
  async create(properties, context) {
    const name = physicalName(properties.optionalText('DBClusterParameterGroupName'), context, MAX_GROUP_NAME);
    const group = { DBParameterGroupFamily: properties.text('Family'), Description: properties.text('Description'), Tags: properties.tags() };
    await context.aws.send(new CreateDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name, ...group }));
    for (const Parameters of chunksOf(properties)) await context.aws.send(new ModifyDBClusterParameterGroupCommand({ DBClusterParameterGroupName: name, Parameters }));
    return { ref: name };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbparametergroup.html */
export const parameterGroupResource: ResourceProvider = {
  async create(properties, context) {
    const name = physicalName(properties.optionalText('DBParameterGroupName'), context, MAX_GROUP_NAME);
    const group = { DBParameterGroupFamily: properties.text('Family'), Description: properties.text('Description'), Tags: properties.tags() };
    await context.aws.send(new CreateDBParameterGroupCommand({ DBParameterGroupName: name, ...group }));
    for (const Parameters of chunksOf(properties)) await context.aws.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: name, Parameters }));
    return { ref: name, attributes: { DBParameterGroupName: name } };
  },
};

/** Nothing uses a new group yet, so that the way in which parameters are applied makes no difference. */
function chunksOf(properties: TemplateProperties): Parameter[][] {
  const values = Object.entries(properties.raw<Record<string, unknown>>('Parameters') ?? {});
  const parameters = values.map(([ParameterName, value]): Parameter => ({ ParameterName, ParameterValue: String(value), ApplyMethod: 'pending-reboot' }));
  return Array.from({ length: Math.ceil(parameters.length / CHUNK) }, (_, index) => parameters.slice(index * CHUNK, (index + 1) * CHUNK));
}
