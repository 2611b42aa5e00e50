import vault from 'node-vault';
import { CertificateAuthority } from '../../../../../../local/cloud/engines/pki/certificate-authority';
import type { SignedRequest } from '../../../../../../local/cloud/engines/vault/signed-request';
import { VaultEngine, type VaultConfiguration, type VaultEngineProps } from '../../../../../../local/cloud/engines/vault/vault-engine';
import { CloudClock } from '../../../../../../local/cloud/gateway/clock';

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/app';

/** What node-vault answers, as far as the tests look at it; its own types say `any`. */
export interface VaultReply {
  readonly lease_id: string;
  readonly lease_duration: number;
  readonly warnings: readonly string[] | null;
  readonly data: Record<string, unknown> & { readonly data?: Record<string, unknown> };
  readonly auth: { readonly client_token: string; readonly policies: readonly string[]; readonly lease_duration: number };
}

/** The calls of node-vault that are used here. */
export interface NodeVault {
  token: string;
  read(path: string): Promise<VaultReply>;
  write(path: string, data: object): Promise<VaultReply>;
  list(path: string): Promise<VaultReply>;
  delete(path: string): Promise<VaultReply>;
  health(): Promise<{ readonly sealed: boolean }>;
  awsIamLogin(fields: object): Promise<VaultReply>;
  tokenLookupSelf(): Promise<VaultReply>;
  tokenRenewSelf(fields?: object): Promise<VaultReply>;
  tokenRevokeSelf(): Promise<void>;
}

export interface Started {
  readonly engine: VaultEngine;
  readonly clock: CloudClock;
  readonly authority: CertificateAuthority;
  /** What was sent to STS. */
  readonly stsRequests: SignedRequest[];
}

/** A Vault on a clock that leaps while somebody lets it pass; its STS believes the header `X-Test-Arn`. */
export async function startVault(configuration: VaultConfiguration = {}, props: Partial<VaultEngineProps> = {}): Promise<Started> {
  const [authority, clock, stsRequests] = [await CertificateAuthority.create(), new CloudClock({ busy: 1, idle: Infinity }), [] as SignedRequest[]];
  const callSts = async (request: SignedRequest) => {
    stsRequests.push(request);
    return { status: 200, body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${request.headers['x-test-arn']}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>` };
  };
  const engine = new VaultEngine({ clock, authority, hostnames: ['vault.test'], callSts, ...props });
  engine.configure(configuration);
  await engine.start();
  return { engine, clock, authority, stsRequests };
}

/** The unmodified client, which verifies the server's certificate. */
export function clientOf({ engine, authority }: Started, token = engine.rootToken, options: object = {}): NodeVault {
  return vault({
    endpoint: `https://127.0.0.1:${engine.port}`,
    token,
    requestOptions: { agentOptions: { ca: authority.certificatePem, servername: 'vault.test' }, ...options },
  });
}

/** The fields of a login by IAM; the signature is not looked at here. */
export function loginFields(headers: Readonly<Record<string, string | undefined>> = {}, role = 'app'): object {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const signed = 'SignedHeaders=host;x-amz-date;x-vault-aws-iam-server-id';
  return {
    role,
    iam_http_request_method: 'POST',
    iam_request_url: base64('https://sts.eu-central-1.amazonaws.com/'),
    iam_request_body: base64('Action=GetCallerIdentity&Version=2011-06-15'),
    iam_request_headers: base64(
      JSON.stringify({
        'X-Vault-AWS-IAM-Server-ID': 'vault.test',
        'X-Test-Arn': 'arn:aws:sts::111122223333:assumed-role/app/session',
        Authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261121/eu-central-1/sts/aws4_request, ${signed}, Signature=0`,
        ...headers,
      }),
    ),
  };
}

/** Expects a status and errors of Vault, in the form node-vault throws them. */
export function refusal(statusCode: number, ...errors: readonly string[]): object {
  return { response: { statusCode, body: { errors } } };
}
