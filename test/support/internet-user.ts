import http from 'node:http';
import type { LocalCloud } from '../../local/cloud/local-cloud';

/** What came back; nothing where no connection came about. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** Sends a request from the internet, by the cloud's network, to a host by its name or address. */
export async function request(cloud: LocalCloud, url: string, headers: Record<string, string> = {}): Promise<Answer | undefined> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const { verdict, close } = await cloud.services.compute.fabric.connect({ kind: 'internet', name: 'user', region: 'elsewhere' }, hostname, Number(port || 80));
  if (verdict.kind !== 'open') return undefined;
  try {
    return await cloud.clock.whileWorking(
      () =>
        new Promise<Answer>((resolve, reject) => {
          http
            .get({ host: '127.0.0.1', port: verdict.localPort, path: pathname + search, headers: { host, ...headers }, agent: false }, (answer) => {
              let body = '';
              answer.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => resolve({ status: answer.statusCode!, body, headers: answer.headers }));
            })
            .on('error', reject);
        }),
    );
  } finally {
    close();
  }
}
