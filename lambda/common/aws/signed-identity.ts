import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';

/** A request that proves to whoever sends it to STS who signed it. */
export interface SignedIdentity {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the SDK's request looks like once it is signed. */
interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** STS is called by the one who checks the identity, at the address it knows: never at an endpoint of ours. */
export function stsHost(region: string): string {
  return `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * Signs `sts:GetCallerIdentity` with the function's own credentials and hands it over instead of sending it.
 *
 * The extra headers are part of what is signed, so that the request is of use only to the one they name. No network is
 * needed and no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function signIdentity(region: string, extraHeaders: Readonly<Record<string, string>>, config: Pick<STSClientConfig, 'credentials'> = {}): Promise<SignedIdentity> {
  const client = new STSClient({ region, endpoint: `https://${stsHost(region)}`, ...config });
  let signed: SignedRequest | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as SignedRequest).headers, extraHeaders);
      return next(args);
    },
    { step: 'build', name: 'extraHeaders' },
  );
  client.middlewareStack.addRelativeTo(
    () => (args: { readonly request: unknown }) => {
      signed = args.request as SignedRequest;
      return Promise.resolve({ response: {}, output: { $metadata: {} } });
    },
    { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'handOver' },
  );
  await client.send(new GetCallerIdentityCommand({}));
  client.destroy();
  if (!signed) throw new Error('the SDK did not sign the request');
  const { method, protocol, hostname, path, body, headers } = signed;
  return { method, url: `${protocol}//${hostname}${path}`, body: String(body), headers };
}
