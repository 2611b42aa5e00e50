import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request that somebody else has signed and that is to be sent as it is. */
export interface ForwardedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a signed request to the gateway, whatever host it names: there its signature is verified.
 *
 * Outsiders of the cloud, such as a Vault, ask STS in this way who signed what they were given.
 */
export async function forwardSignedRequest(endpoint: string, { method, url, headers, body = '' }: ForwardedRequest): Promise<ForwardedAnswer> {
  const { host, pathname, search } = new URL(url);
  const target = new URL(`${pathname}${search}`, endpoint);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(target, { method, headers: { host, ...headers } }, (incoming) => {
      text(incoming).then((answered) => resolve({ status: incoming.statusCode ?? 0, body: answered }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
