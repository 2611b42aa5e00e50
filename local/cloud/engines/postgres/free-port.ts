import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Asks the operating system for a free TCP port on 127.0.0.1. Somebody else may take it before it is used: be ready to ask again. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
