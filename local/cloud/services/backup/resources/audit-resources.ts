import { CreateFrameworkCommand, CreateReportPlanCommand, DescribeFrameworkCommand, type ControlScope } from '@aws-sdk/client-backup';
import { until } from '../../../deploy/until';
import type { ResourceProvider } from '../../../deploy/resource-provider';
import { TemplateError } from '../../../deploy/template-properties';
import { tagMap } from '../../../gateway/tags';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-reportplan.html */
export const reportPlanResource: ResourceProvider = {
  async create(properties, { aws, logicalId }) {
    const channel = properties.group('ReportDeliveryChannel');
    const setting = properties.group('ReportSetting');
    const { ReportPlanArn = '' } = await aws.send(
      new CreateReportPlanCommand({
        ReportPlanName: properties.optionalText('ReportPlanName') ?? logicalId,
        ReportPlanDescription: properties.optionalText('ReportPlanDescription'),
        ReportDeliveryChannel: channel && { S3BucketName: channel.text('S3BucketName'), S3KeyPrefix: channel.optionalText('S3KeyPrefix'), Formats: channel.texts('Formats') },
        ReportSetting: setting && {
          ReportTemplate: setting.text('ReportTemplate'),
          FrameworkArns: setting.texts('FrameworkArns'),
          Accounts: setting.texts('Accounts'),
          OrganizationUnits: setting.texts('OrganizationUnits'),
          Regions: setting.texts('Regions'),
        },
        ReportPlanTags: tagMap(properties.tags('ReportPlanTags')),
      }),
    );
    return { ref: ReportPlanArn, attributes: { ReportPlanArn } };
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-backup-framework.html */
export const frameworkResource: ResourceProvider = {
  async create(properties, context) {
    const { aws, logicalId } = context;
    const FrameworkName = properties.optionalText('FrameworkName') ?? logicalId;
    const FrameworkControls = properties.groups('FrameworkControls').map((control) => ({
      ControlName: control.text('ControlName'),
      ControlInputParameters: control.groups('ControlInputParameters').map((parameter) => ({ ParameterName: parameter.text('ParameterName'), ParameterValue: parameter.text('ParameterValue') })),
      ...(control.has('ControlScope') && { ControlScope: control.raw<ControlScope>('ControlScope') }),
    }));
    const { FrameworkArn = '' } = await aws.send(
      new CreateFrameworkCommand({
        FrameworkName,
        FrameworkDescription: properties.optionalText('FrameworkDescription'),
        FrameworkControls,
        FrameworkTags: tagMap(properties.tags('FrameworkTags')),
      }),
    );
    const describe = () => aws.send(new DescribeFrameworkCommand({ FrameworkName }));
    await until(context, `framework ${FrameworkName}`, async () => (await describe()).DeploymentStatus !== 'CREATE_IN_PROGRESS');
    const { DeploymentStatus, FrameworkStatus, CreationTime } = await describe();
    if (DeploymentStatus !== 'COMPLETED') throw new TemplateError(`the framework ${FrameworkName} was not deployed: AWS Config does not record in this account and region`);
    return { ref: FrameworkArn, attributes: { FrameworkArn, DeploymentStatus, FrameworkStatus, CreationTime: CreationTime?.toISOString() } };
  },
};
