import { signIdentity } from '../../../../../lambda/common/aws/signed-identity';
import { forwardSignedRequest } from '../../../../../local/cloud/outside/forward-signed-request';
import { LocalCloud } from '../../../../../local/cloud/local-cloud';

const REGION = 'eu-west-1';
const ACCOUNT = '111111111111';

describe('forwarding what somebody else has signed', () => {
  let cloud: LocalCloud;

  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });

  afterAll(() => cloud.stop());

  async function signed() {
    const { url, ...request } = await signIdentity(REGION, { 'X-Vault-AWS-IAM-Server-ID': 'vault.test' }, { credentials: cloud.credentials.administratorOf(ACCOUNT) });
    return { ...request, url };
  }

  it('lets STS say who signed it', async () => {
    const { status, body } = await forwardSignedRequest(cloud.endpoint, await signed());

    expect(status).toBe(200);
    expect(body).toContain(`<Account>${ACCOUNT}</Account>`);
  });

  it('is refused when a signed header was changed on the way', async () => {
    const request = await signed();

    const { status } = await forwardSignedRequest(cloud.endpoint, { ...request, headers: { ...request.headers, 'X-Vault-AWS-IAM-Server-ID': 'another.test' } });

    expect(status).toBe(403);
  });
});
