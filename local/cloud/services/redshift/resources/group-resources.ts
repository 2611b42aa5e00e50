import { CreateClusterParameterGroupCommand, CreateClusterSubnetGroupCommand, CreateEventSubscriptionCommand, ModifyClusterParameterGroupCommand } from '@aws-sdk/client-redshift';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import { MAX_GROUP_NAME, physicalName } from '../../rds/resources/physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-redshift-clustersubnetgroup.html */
export const subnetGroupResource: ResourceProvider = {
  async create(properties, context) {
    const name = physicalName(undefined, context, MAX_GROUP_NAME);
    await context.aws.send(
      new CreateClusterSubnetGroupCommand({ ClusterSubnetGroupName: name, Description: properties.text('Description'), SubnetIds: properties.texts('SubnetIds'), Tags: properties.tags() }),
    );
    return { ref: name, attributes: { ClusterSubnetGroupName: name } };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-redshift-clusterparametergroup.html */
export const parameterGroupResource: ResourceProvider = {
  async create(properties, context) {
    const ParameterGroupName = physicalName(properties.optionalText('ParameterGroupName'), context, MAX_GROUP_NAME);
    const Parameters = properties.groups('Parameters').map((parameter) => ({ ParameterName: parameter.text('ParameterName'), ParameterValue: parameter.text('ParameterValue') }));
    await context.aws.send(
      new CreateClusterParameterGroupCommand({
        ParameterGroupName,
        ParameterGroupFamily: properties.text('ParameterGroupFamily'),
        Description: properties.text('Description'),
        Tags: properties.tags(),
      }),
    );
    if (Parameters.length > 0) await context.aws.send(new ModifyClusterParameterGroupCommand({ ParameterGroupName, Parameters }));
    return { ref: ParameterGroupName, attributes: { ParameterGroupName } };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-redshift-eventsubscription.html */
export const eventSubscriptionResource: ResourceProvider = {
  async create(properties, context) {
    const name = properties.text('SubscriptionName');
    await context.aws.send(
      new CreateEventSubscriptionCommand({
        SubscriptionName: name,
        SnsTopicArn: properties.text('SnsTopicArn'),
        SourceType: properties.optionalText('SourceType'),
        SourceIds: properties.texts('SourceIds'),
        EventCategories: properties.texts('EventCategories'),
        Severity: properties.optionalText('Severity'),
        Enabled: properties.flag('Enabled'),
        Tags: properties.tags(),
      }),
    );
    return { ref: name, attributes: { CustSubscriptionId: name, Status: 'active' } };
  },
};
