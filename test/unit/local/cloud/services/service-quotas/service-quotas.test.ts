import {
  GetAWSDefaultServiceQuotaCommand,
  GetRequestedServiceQuotaChangeCommand,
  GetServiceQuotaCommand,
  ListServicesCommand,
  paginateListServiceQuotas,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { LocalCloud } from '../../../../../../local/cloud/local-cloud';
import { actAs, allow } from '../../../../../support/role-session';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
const ELSEWHERE = { account: '111111111111', region: 'eu-central-1' };
const SNAPSHOTS = { ServiceCode: 'redshift', QuotaCode: 'L-2E428669' };

describe('Service Quotas', () => {
  let cloud: LocalCloud;
  let quotas: ServiceQuotasClient;
  beforeEach(async () => {
    cloud = await LocalCloud.start();
    quotas = cloud.client(ServiceQuotasClient, PLACE);
  });
  afterEach(() => cloud.stop());

  async function snapshots(place = PLACE): Promise<number> {
    return (await cloud.client(ServiceQuotasClient, place).send(new GetServiceQuotaCommand(SNAPSHOTS))).Quota!.Value!;
  }

  it('tells the quota that the service heeds, and the default', async () => {
    cloud.services.analytics.redshift.setQuota(PLACE, 'snapshots', 50);

    expect(await snapshots()).toBe(50);
    expect(await snapshots(ELSEWHERE)).toBe(20);
    expect((await quotas.send(new GetAWSDefaultServiceQuotaCommand(SNAPSHOTS))).Quota).toMatchObject({ Value: 20, QuotaName: 'Snapshots', Adjustable: true, ServiceName: 'Amazon Redshift' });
  });

  it('grants more after a while, in that region', async () => {
    const { RequestedQuota } = await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...SNAPSHOTS, DesiredValue: 100 }));
    const before = await snapshots();
    await expect(quotas.send(new RequestServiceQuotaIncreaseCommand({ ...SNAPSHOTS, DesiredValue: 200 }))).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await cloud.clock.pass(3_600_000);

    expect([RequestedQuota!.Status, before, await snapshots(), await snapshots(ELSEWHERE)]).toEqual(['PENDING', 20, 100, 20]);
    await expect(quotas.send(new GetRequestedServiceQuotaChangeCommand({ RequestId: RequestedQuota!.Id }))).resolves.toMatchObject({ RequestedQuota: { Status: 'APPROVED' } });
  });

  it.each([
    ['less than there is', SNAPSHOTS, 20, 'IllegalArgumentException'],
    ['more where there can be no more', { ServiceCode: 'redshift', QuotaCode: 'L-909949E5' }, 30, 'InvalidResourceStateException'],
    ['what nobody knows', { ServiceCode: 'redshift', QuotaCode: 'L-00000000' }, 30, 'NoSuchResourceException'],
  ])('cannot be asked for %s', async (_case, quota, DesiredValue, name) => {
    await expect(quotas.send(new RequestServiceQuotaIncreaseCommand({ ...quota, DesiredValue }))).rejects.toMatchObject({ name });
  });

  it('lists services, and their quotas in pages', async () => {
    const codes = [];

    for await (const { Quotas } of paginateListServiceQuotas({ client: quotas, pageSize: 3 }, { ServiceCode: 'redshift' })) codes.push(Quotas!.map(({ QuotaCode }) => QuotaCode));

    expect(codes[0]).toHaveLength(3);
    expect(new Set(codes.flat()).size).toBe(codes.flat().length);
    expect((await quotas.send(new ListServicesCommand({}))).Services).toContainEqual({ ServiceCode: 'redshift', ServiceName: 'Amazon Redshift' });
  });

  it('asks for permission by quota', async () => {
    const role = await actAs(cloud, PLACE.account, 'reader', [allow('servicequotas:GetServiceQuota', `arn:aws:servicequotas:*:${PLACE.account}:redshift/L-2E428669`)]);
    const client = role.client(ServiceQuotasClient, PLACE.region);

    await expect(client.send(new GetServiceQuotaCommand(SNAPSHOTS))).resolves.toBeDefined();
    await expect(client.send(new GetServiceQuotaCommand({ ...SNAPSHOTS, QuotaCode: 'L-F9D462EE' }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
