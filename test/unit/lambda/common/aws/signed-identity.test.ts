import { signIdentity, stsHost } from '../../../../../lambda/common/aws/signed-identity';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-access-key', sessionToken: 'session-token' };

describe('signIdentity', () => {
  it('signs the question who one is for the region’s own STS, without asking it', async () => {
    const { method, url, body, headers } = await signIdentity('eu-west-1', {}, { credentials });

    expect({ method, url }).toEqual({ method: 'POST', url: 'https://sts.eu-west-1.amazonaws.com/' });
    expect(body).toMatch(/Action=GetCallerIdentity/);
    expect(headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sts\/aws4_request/);
    expect(headers['x-amz-security-token']).toBe('session-token');
  });

  it('makes the extra headers part of what is signed, so that they cannot be exchanged', async () => {
    const { headers } = await signIdentity('eu-west-1', { 'x-vault-aws-iam-server-id': 'vault.example' }, { credentials });

    expect(headers['x-vault-aws-iam-server-id']).toBe('vault.example');
    expect(/SignedHeaders=([^,]+)/.exec(headers['authorization']!)![1]!.split(';')).toContain('x-vault-aws-iam-server-id');
  });

  it('holds no secret key', async () => {
    expect(JSON.stringify(await signIdentity('eu-west-1', {}, { credentials }))).not.toContain('secret-access-key');
  });
});

describe('stsHost', () => {
  test.each([
    ['eu-west-1', 'sts.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ])('is in %s %s', (region, host) => {
    expect(stsHost(region)).toBe(host);
  });
});
