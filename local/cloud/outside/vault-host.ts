import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { VaultEngine } from '../engines/vault/vault-engine';
import { parseArn } from '../gateway/arn';
import type { LocalCloud } from '../local-cloud';
import { forwardSignedRequest } from './forward-signed-request';

export interface VaultHostProps {
  /** What clients call it; the name is in public DNS. */
  readonly hostname: string;
  readonly port: number;
}

const ANY_REGION = 'us-east-1';

/** Starts a Vault on the internet beside the cloud. Logins by IAM are verified by the cloud's STS. It ends with the cloud. */
export async function startVaultHost(cloud: LocalCloud, { hostname, port }: VaultHostProps): Promise<VaultEngine> {
  const vault = new VaultEngine({
    clock: cloud.clock,
    authority: cloud.certificates,
    hostnames: [hostname],
    callSts: (request) => forwardSignedRequest(cloud.endpoint, request),
    findFullArn: (canonical) => fullArnOf(cloud, canonical),
  });
  await vault.start();
  const registration = cloud.services.compute.fabric.registerHost({ name: hostname, port, localPort: vault.port, placement: 'internet' });
  cloud.onStop(async () => {
    registration.remove();
    await vault.stop();
  });
  return vault;
}

async function fullArnOf(cloud: LocalCloud, canonical: string): Promise<string> {
  const { account = '', resource = '' } = parseArn(canonical) ?? {};
  const [kind, name] = resource.split('/');
  const iam = cloud.client(IAMClient, { account, region: ANY_REGION });
  if (kind === 'user') return (await iam.send(new GetUserCommand({ UserName: name }))).User?.Arn ?? canonical;
  return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn ?? canonical;
}
