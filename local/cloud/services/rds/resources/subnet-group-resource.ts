import { CreateDBSubnetGroupCommand } from '@aws-sdk/client-rds';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import { MAX_GROUP_NAME, physicalName } from './physical-name';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbsubnetgroup.html */
export const subnetGroupResource: ResourceProvider = {
  async create(properties, context) {
    const name = physicalName(properties.optionalText('DBSubnetGroupName'), context, MAX_GROUP_NAME);
    await context.aws.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: name,
        DBSubnetGroupDescription: properties.text('DBSubnetGroupDescription'),
        SubnetIds: properties.texts('SubnetIds'),
        Tags: properties.tags(),
      }),
    );
    return { ref: name };
  },
};
