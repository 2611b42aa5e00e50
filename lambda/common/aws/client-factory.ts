import { STSClient } from '@aws-sdk/client-sts';
import { assumeRole, type AssumedRole } from './assume-role';

/** Where a client acts: in which region and, for another account, through which role. */
export interface Target {
  readonly region: string;
  readonly role?: AssumedRole | undefined;
  /** For what may be silent and can be done without: how long an answer is waited for, once and then once more. @default the patience of a caller that needs it */
  readonly patienceMs?: number;
}

/** A blocked network path or a stuck service answers with silence: these turn it into an error well before the function's own time-out. */
const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 4;
const IMPATIENT_ATTEMPTS = 2;

type ClientClass<Client> = new (config: Record<string, unknown>) => Client;
const cache = new Map<ClientClass<unknown>, Map<string, unknown>>();

/** The only place where an SDK client is made: one per class, region and role for the life of the container. */
export function clientFor<Client>(clientClass: ClientClass<Client>, target: Target): Client {
  const { region, role, patienceMs } = target;
  const perClass = cache.get(clientClass) ?? new Map<string, unknown>();
  cache.set(clientClass, perClass);
  const key = JSON.stringify([region, role?.arn, role?.externalId, role?.sessionName, patienceMs]);
  if (!perClass.has(key)) perClass.set(key, create(clientClass, target));
  return perClass.get(key) as Client;
}

function create<Client>(clientClass: ClientClass<Client>, { region, role, patienceMs }: Target): Client {
  return new clientClass({
    region,
    maxAttempts: patienceMs === undefined ? MAX_ATTEMPTS : IMPATIENT_ATTEMPTS,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: patienceMs ?? CONNECTION_TIMEOUT_MS, requestTimeout: patienceMs ?? REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
    ...(role && { credentials: () => assumeRole(clientFor(STSClient, { region }), role) }),
  });
}
