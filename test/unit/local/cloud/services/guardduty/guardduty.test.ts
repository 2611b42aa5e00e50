import { CreateDetectorCommand, DeleteDetectorCommand, GetDetectorCommand, GuardDutyClient, ListDetectorsCommand, UpdateDetectorCommand } from '@aws-sdk/client-guardduty';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { deployResources } from '../../../../../support/deploy-resources';

const PLACE = { account: '111111111111', region: 'eu-west-1' };

describe('GuardDuty', () => {
  let cloud: LocalCloud;
  let client: GuardDutyClient;
  beforeEach(async () => {
    cloud = await LocalCloud.start();
    client = cloud.client(GuardDutyClient, PLACE);
  });
  afterEach(() => cloud.stop());

  it('has one detector in a region, which a template makes', async () => {
    const Features = [{ Name: 'S3_DATA_EVENTS', Status: 'ENABLED' }];
    const stack = await deployResources(cloud, PLACE, {
      Detector: { Type: 'AWS::GuardDuty::Detector', Properties: { Enable: true, FindingPublishingFrequency: 'FIFTEEN_MINUTES', Features, Tags: [{ Key: 'team', Value: 'security' }] } },
    });

    const { DetectorIds } = await client.send(new ListDetectorsCommand({}));
    const detector = await client.send(new GetDetectorCommand({ DetectorId: DetectorIds![0] }));

    expect(stack.resources.get('Detector')).toMatchObject({ ref: DetectorIds![0] });
    expect(detector).toMatchObject({ Status: 'ENABLED', FindingPublishingFrequency: 'FIFTEEN_MINUTES', Tags: { team: 'security' } });
    expect(detector.Features!.map(({ Name }) => Name)).toEqual(['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS', 'S3_DATA_EVENTS']);
    await expect(client.send(new CreateDetectorCommand({ Enable: true }))).rejects.toThrow('a detector already exists for the current account');
  });

  it('can be suspended and deleted', async () => {
    const { DetectorId } = await client.send(new CreateDetectorCommand({ Enable: true }));
    await client.send(new UpdateDetectorCommand({ DetectorId, Enable: false }));

    await expect(client.send(new GetDetectorCommand({ DetectorId }))).resolves.toMatchObject({ Status: 'DISABLED' });
    await client.send(new DeleteDetectorCommand({ DetectorId }));
    await expect(client.send(new GetDetectorCommand({ DetectorId }))).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});
