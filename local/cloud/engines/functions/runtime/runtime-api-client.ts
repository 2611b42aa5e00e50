import http, { type IncomingHttpHeaders } from 'node:http';
import { RUNTIME_API_VERSION, type ErrorDocument } from '../runtime-protocol';

/** An event and what came with it. */
export interface NextInvocation {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Speaks to the Lambda Runtime API. */
export class RuntimeApiClient {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  private readonly root: URL;

  constructor(address: string) {
    this.root = new URL(`http://${address}/`);
  }

  next(): Promise<NextInvocation> {
    return this.send('GET', 'invocation/next');
  }

  async respond(requestId: string, response: string): Promise<void> {
    await this.send('POST', `invocation/${requestId}/response`, response);
  }

  async fail(requestId: string, error: ErrorDocument): Promise<void> {
    await this.send('POST', `invocation/${requestId}/error`, JSON.stringify(error), error.errorType);
  }

  async failToInitialise(error: ErrorDocument): Promise<void> {
    await this.send('POST', 'init/error', JSON.stringify(error), error.errorType);
  }

  private send(method: string, resource: string, body?: string, errorType?: string): Promise<NextInvocation> {
    const { hostname, port, pathname } = this.root;
    const path = `${pathname.replace(/\/$/, '')}/${RUNTIME_API_VERSION}/runtime/${resource}`;
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(errorType !== undefined && { 'lambda-runtime-function-error-type': encodeURIComponent(errorType) }),
    };
    return new Promise((resolve, reject) => {
      const request = http.request({ host: hostname, port, method, path, headers, agent: this.agent }, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => resolve({ headers: response.headers, body: text }));
      });
      request.on('error', reject).end(body);
    });
  }
}
