import type * as sdk from '@aws-sdk/client-config-service';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import { accountRoot, servicePrincipal } from '../../gateway/principal';
import { ServiceRoles } from '../../gateway/service-role';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, tagMap } from '../../gateway/tags';
import { hasServiceLinkedRole } from '../iam/have-service-linked-role';
import { recorderArn, type ConfigState, type Recorder } from './config-state';

const ANY: readonly Access[] = [{ resource: '*' }];
const CONFIG = 'config.amazonaws.com';
const SERVICE_LINKED = ':role/aws-service-role/';

/** The recorder and the delivery channel of an account in a region, of each of which there is one at most. */
export function recorderOperations(cloud: CloudContext, state: ConfigState): Operations<typeof sdk> {
  const { clock } = cloud;
  const roles = new ServiceRoles(cloud, CONFIG);
  const about = (call: Call, name = 'default'): string => {
    const known = state.in(call).recorder;
    return known?.settings.name === name ? recorderArn(call, known) : recorderArn(call, { settings: { name }, id: '*' });
  };
  const access = ({ ConfigurationRecorderName }: { ConfigurationRecorderName?: string | undefined }, call: Call): readonly Access[] => [{ resource: about(call, ConfigurationRecorderName) }];
  const named = (call: Call, name: string | undefined): Recorder => {
    const known = state.in(call).recorder;
    if (!known || known.settings.name !== name) throw new AwsError('NoSuchConfigurationRecorderException', `Cannot find configuration recorder with the specified name '${name ?? ''}'.`);
    return known;
  };
  return {
    PutConfigurationRecorder: {
      access: ({ ConfigurationRecorder: recorder, Tags }, call) => [
        { resource: about(call, recorder?.name), context: requestTagContext(tagMap(Tags)) },
        ...(recorder?.roleARN === undefined ? [] : [{ action: 'iam:PassRole', resource: recorder.roleARN, context: { 'iam:PassedToService': CONFIG } }]),
      ],
      run: async ({ ConfigurationRecorder: recorder = {}, Tags }, call) => {
        const region = state.in(call);
        const name = recorder.name ?? 'default';
        if (recorder.roleARN === undefined) throw new AwsError('InvalidRoleException', 'You have specified a null or empty role.');
        // AWS Config does not make its own role: https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html
        if (recorder.roleARN.includes(SERVICE_LINKED) && !(await hasServiceLinkedRole(cloud, call, CONFIG))) throw new AwsError('InvalidRoleException', `The role ${recorder.roleARN} does not exist in the account.`);
        if (region.recorder && region.recorder.settings.name !== name) {
          throw new AwsError('MaxNumberOfConfigurationRecordersExceededException', `Failed to put configuration recorder '${name}' because the maximum number of configuration recorders: 1 is reached.`);
        }
        const before = region.recorder;
        region.recorder = {
          id: before?.id ?? `${call.account}${call.region}`.replaceAll('-', '').slice(-8),
          settings: { ...recorder, name },
          isRecording: before?.isRecording ?? false,
          startedAt: before?.startedAt,
          stoppedAt: before?.stoppedAt,
          tags: { ...before?.tags, ...tagMap(Tags) },
        };
        return {};
      },
    },
    DescribeConfigurationRecorders: {
      access: (_input, call) => [{ resource: about(call, state.in(call).recorder?.settings.name) }],
      run: ({ ConfigurationRecorderNames }, call) => {
        for (const name of ConfigurationRecorderNames ?? []) named(call, name);
        const { recorder } = state.in(call);
        return { ConfigurationRecorders: recorder ? [{ ...recorder.settings, arn: recorderArn(call, recorder), recordingScope: 'PAID' }] : [] };
      },
    },
    DescribeConfigurationRecorderStatus: {
      access: (_input, call) => [{ resource: about(call, state.in(call).recorder?.settings.name) }],
      run: (_input, call) => {
        const { recorder } = state.in(call);
        if (!recorder) return { ConfigurationRecordersStatus: [] };
        const { settings, isRecording, startedAt, stoppedAt } = recorder;
        return { ConfigurationRecordersStatus: [{ name: settings.name, recording: isRecording, lastStartTime: startedAt, lastStopTime: stoppedAt, lastStatus: isRecording ? 'Success' : 'Pending' }] };
      },
    },
    StartConfigurationRecorder: {
      access,
      run: ({ ConfigurationRecorderName }, call) => {
        const recorder = named(call, ConfigurationRecorderName);
        if (!state.in(call).channel) throw new AwsError('NoAvailableDeliveryChannelException', 'Delivery channel is not available to start configuration recorder.');
        Object.assign(recorder, { isRecording: true, startedAt: clock.now() });
        return {};
      },
    },
    StopConfigurationRecorder: {
      access,
      run: ({ ConfigurationRecorderName }, call) => {
        Object.assign(named(call, ConfigurationRecorderName), { isRecording: false, stoppedAt: clock.now() });
        return {};
      },
    },
    DeleteConfigurationRecorder: {
      access,
      run: ({ ConfigurationRecorderName }, call) => {
        named(call, ConfigurationRecorderName);
        state.in(call).recorder = undefined;
        return {};
      },
    },
    PutDeliveryChannel: {
      access: () => ANY,
      run: async ({ DeliveryChannel: channel = {} }, call) => {
        const region = state.in(call);
        const { recorder } = region;
        const name = channel.name ?? 'default';
        if (!recorder) throw new AwsError('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to put delivery channel.');
        if (region.channel && region.channel.name !== name) throw new AwsError('MaxNumberOfDeliveryChannelsExceededException', `Failed to put delivery channel '${name}' because the maximum number of delivery channels: 1 is reached.`);
        await checkDelivery(cloud, roles, call, recorder, channel);
        region.channel = { ...channel, name };
        return {};
      },
    },
    DescribeDeliveryChannels: {
      access: () => ANY,
      run: (_input, call) => {
        const { channel } = state.in(call);
        return { DeliveryChannels: channel ? [channel] : [] };
      },
    },
    DescribeDeliveryChannelStatus: {
      access: () => ANY,
      run: (_input, call) => {
        const { channel } = state.in(call);
        return { DeliveryChannelsStatus: channel ? [{ name: channel.name }] : [] };
      },
    },
    DeleteDeliveryChannel: {
      access: () => ANY,
      run: ({ DeliveryChannelName }, call) => {
        const region = state.in(call);
        if (region.channel?.name !== DeliveryChannelName) throw new AwsError('NoSuchDeliveryChannelException', `Cannot find delivery channel with specified name '${DeliveryChannelName ?? ''}'.`);
        if (region.recorder?.isRecording) throw new AwsError('LastDeliveryChannelDeleteFailedException', `Failed to delete last specified delivery channel with name '${DeliveryChannelName ?? ''}', because there is a running configuration recorder.`);
        region.channel = undefined;
        return {};
      },
    },
  };
}

/**
 * Writes the file that AWS Config tries a bucket with: as the recorder's role or, for a service-linked role, as the service.
 * https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
 */
async function checkDelivery(cloud: CloudContext, roles: ServiceRoles, call: Call, recorder: Recorder, { s3BucketName: Bucket, s3KeyPrefix, snsTopicARN }: sdk.DeliveryChannel): Promise<void> {
  const place = { account: call.account, region: call.region };
  const sourceArn = recorderArn(place, recorder);
  const roleArn = recorder.settings.roleARN ?? '';
  const Key = `${s3KeyPrefix === undefined ? '' : `${s3KeyPrefix}/`}AWSLogs/${call.account}/Config/ConfigWritabilityCheckFile`;
  try {
    const client = roleArn.includes(SERVICE_LINKED)
      ? cloud.as(servicePrincipal(CONFIG, call.account, sourceArn), place)
      : await roles.clientOf({ roleArn, sourceArn, sessionName: 'AWSConfig', place });
    // What the role or the bucket policy allows is often bound to this ACL, which a role of one's own needs a permission for.
    await client.send(new PutObjectCommand({ Bucket, Key, Body: '', ...(roleArn.includes(SERVICE_LINKED) && { ACL: 'bucket-owner-full-control' }) }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'NoSuchBucket') throw new AwsError('NoSuchBucketException', `Cannot find a S3 bucket with an empty bucket name or the bucket ${Bucket ?? ''}.`);
    throw new AwsError('InsufficientDeliveryPolicyException', `Insufficient delivery policy to s3 bucket: ${Bucket ?? ''}, unable to write to bucket, provided s3 key prefix is '${s3KeyPrefix ?? 'null'}'.`);
  }
  if (snsTopicARN === undefined) return;
  await cloud
    .as(accountRoot(call.account), place)
    .send(new GetTopicAttributesCommand({ TopicArn: snsTopicARN }))
    .catch((error: unknown) => {
      throw error instanceof AwsError ? new AwsError('InvalidSNSTopicARNException', `The sns topic arn '${snsTopicARN}' is not valid.`) : error;
    });
}
