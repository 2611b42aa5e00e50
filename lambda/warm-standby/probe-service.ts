import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { createSecureContext, type SecureContext } from 'node:tls';

/** What the application says about itself at `/status`. */
export interface ServiceStatus {
  readonly region: string;
  readonly epoch: number;
  readonly role: 'active' | 'standby' | 'refused';
}

export interface ProbeTarget {
  /** Whom to connect to, such as a load balancer by the name that AWS gave it. */
  readonly host: string;
  /** For whom the certificate must be: the name that clients use. */
  readonly serverName: string;
}

const PROBE_TIMEOUT_MS = 5_000;

let trust: SecureContext | undefined;

/** Read once for all probes: a connection of its own would read the authorities anew. */
function knownAuthorities(): SecureContext {
  return (trust ??= createSecureContext());
}

/** Asks the service for its status as a client would, over TLS; nothing when no such answer comes. */
export async function probeService({ host, serverName }: ProbeTarget): Promise<ServiceStatus | undefined> {
  try {
    const { statusCode, body } = await get(host, serverName, '/status');
    return statusCode === 200 ? (JSON.parse(body) as ServiceStatus) : undefined;
  } catch {
    // No answer, no TLS, or no JSON: whoever asked wants to know whether the service is there, and it is not.
    return undefined;
  }
}

async function get(host: string, serverName: string, path: string): Promise<{ readonly statusCode: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host, servername: serverName, path, headers: { host: serverName }, agent: false as const, secureContext: knownAuthorities(), signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) };
    const outgoing = request(options, (response) => {
      text(response).then((body) => resolve({ statusCode: response.statusCode, body }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
