import { GetSamplingRulesCommand, PutTraceSegmentsCommand, XRayClient } from '@aws-sdk/client-xray';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';

const place = { account: '111111111111', region: 'eu-west-1' };

describe('X-Ray', () => {
  it('counts the segments that it could read', async () => {
    const cloud = await LocalCloud.start();
    const xray = cloud.client(XRayClient, place);
    const segment = JSON.stringify({ id: '70de5b6f19ff9a0a', trace_id: '1-581cf771-a006649127e371903a2de979', name: 'restore', start_time: 1, end_time: 2 });

    const { UnprocessedTraceSegments } = await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [segment, 'nonsense'] }));
    const { SamplingRuleRecords } = await xray.send(new GetSamplingRulesCommand({}));
    await cloud.stop();

    expect(UnprocessedTraceSegments).toHaveLength(1);
    expect(SamplingRuleRecords).toEqual([]);
    expect(cloud.services.integration.traces.segmentsIn(place)).toBe(1);
    expect(cloud.services.integration.traces.segmentsIn({ ...place, region: 'us-east-1' })).toBe(0);
  });
});
