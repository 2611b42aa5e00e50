import dns from 'node:dns';
import net from 'node:net';
import { isLoopback } from '../control-protocol';
import type { ControlChannel } from './control-channel';
import { networkError } from './network-error';

type Callback = (error: Error | null, ...results: unknown[]) => void;
type Methods = Record<string, unknown>;
interface LookupOptions {
  readonly all?: boolean;
}

/** Functions of `dns` that look nothing up. */
const LOCAL = new Set(['constructor', 'Resolver', 'setServers', 'getServers', 'setDefaultResultOrder', 'getDefaultResultOrder', 'setLocalAddress', 'cancel']);

/** Resolves names by the cloud's network alone; the machine's own resolver is never asked. */
export function confineNames(control: ControlChannel): void {
  const addressesOf = async (host: string): Promise<readonly string[]> => {
    if (net.isIP(host)) return [host];
    return isLoopback(host) ? ['127.0.0.1'] : control.askForAddresses(host);
  };

  const lookup = async (host: string, options?: LookupOptions): Promise<unknown> => {
    const found = (await addressesOf(host)).map((address) => ({ address, family: net.isIP(address) }));
    if (found.length === 0) throw Object.assign(networkError('ENOTFOUND', 'getaddrinfo', host), { hostname: host });
    return options?.all ? found : found[0];
  };
  const resolve4 = async (host: string): Promise<readonly string[]> => {
    const addresses = await addressesOf(host);
    if (addresses.length === 0) throw networkError('ENOTFOUND', 'queryA', host);
    return addresses;
  };
  const promised = (name: string) => async (host: string, type?: unknown): Promise<unknown> => {
    if (name === 'lookup') return lookup(host, type as LookupOptions);
    if (name === 'resolve4' || (name === 'resolve' && (typeof type !== 'string' || type === 'A'))) return resolve4(host);
    throw networkError('ENODATA', name, host);
  };
  const called = (name: string) => (host: string, ...given: unknown[]): void => {
    const callback = given.pop() as Callback;
    const succeed = (result: unknown): void => {
      const { address, family } = result as { address?: string; family?: number };
      if (name === 'lookup' && address !== undefined) callback(null, address, family);
      else callback(null, result);
    };
    void promised(name)(host, given[0]).then(succeed, callback);
  };

  for (const [target, replacement] of [
    [dns, called],
    [dns.Resolver.prototype, called],
    [dns.promises, promised],
    [dns.promises.Resolver.prototype, promised],
  ] as const) {
    const methods = target as unknown as Methods;
    for (const name of methodNames(methods)) methods[name] = replacement(name);
  }
}

function methodNames(target: Methods): string[] {
  const names = [...Object.getOwnPropertyNames(target), ...Object.getOwnPropertyNames(Object.getPrototypeOf(target) as object)];
  return names.filter((name) => !LOCAL.has(name) && /^(lookup|resolve|reverse)/.test(name) && typeof target[name] === 'function');
}
