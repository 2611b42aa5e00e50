import { Resolver } from 'node:dns/promises';
import type { LocalCloud } from '../../local/cloud/local-cloud';

/** Node's own resolver, asking the name servers of the cloud. */
export async function dnsClient(cloud: LocalCloud): Promise<Resolver> {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${await cloud.services.containers.route53.dnsPort()}`]);
  return resolver;
}
