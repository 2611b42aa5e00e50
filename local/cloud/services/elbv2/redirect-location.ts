import type { IncomingMessage } from 'node:http';
import type { RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Listener } from './load-balancing';

/** Where a redirect leads: the parts that it does not name stay as they are. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html */
export function redirectLocation(config: RedirectActionConfig | undefined, listener: Pick<Listener, 'port' | 'protocol'>, request: IncomingMessage): string {
  const { Protocol = '#{protocol}', Host = '#{host}', Port = '#{port}', Path = '/#{path}', Query = '#{query}' } = config ?? {};
  const url = new URL(request.url ?? '/', 'http://host');
  const parts: Readonly<Record<string, string>> = {
    protocol: listener.protocol.toLowerCase(),
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
    port: String(listener.port),
    path: url.pathname.slice(1),
    query: url.search.slice(1),
  };
  const fill = (text: string): string => text.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => parts[name] ?? '');
  const query = fill(Query);
  return `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}${fill(Path)}${query === '' ? '' : `?${query}`}`;
}
