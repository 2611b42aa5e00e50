import { Client } from 'pg';
import type { Place } from '../cloud/gateway/service';
import type { LocalCloud } from '../cloud/local-cloud';

/** Where somebody connects to a database, and as whom. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface ClientMachineProps {
  readonly name: string;
  readonly place: Place;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
}

/** The network did not let a connection through. */
export class ConnectionDenied extends Error {
  override readonly name = 'ConnectionDenied';
}

/** A machine in a subnet: whoever works on it reaches what its security groups and routes allow, and nothing else. */
export class ClientMachine {
  private readonly networkInterfaceId: string;

  constructor(
    private readonly cloud: LocalCloud,
    private readonly props: ClientMachineProps,
  ) {
    const { subnetId, securityGroupIds, name } = props;
    this.networkInterfaceId = cloud.services.compute.network.attachInterface({ subnetId, securityGroupIds, description: name }).id;
  }

  /** Logs in to a database over TLS, verified. Raises `ConnectionDenied` when the network is in the way. */
  async connect({ host, port, ...login }: DatabaseLogin): Promise<Client> {
    const source = { kind: 'interface' as const, name: this.props.name, region: this.props.place.region, networkInterfaceId: this.networkInterfaceId };
    const { verdict } = await this.cloud.services.compute.fabric.connect(source, host, port);
    if (verdict.kind !== 'open') throw new ConnectionDenied(`${this.props.name} cannot reach ${host}:${port}: ${verdict.kind}`);
    const ssl = { ca: this.cloud.certificates.certificatePem, servername: host };
    const client = new Client({ ...login, host: '127.0.0.1', port: verdict.localPort, ssl, application_name: this.props.name });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Lends a connection to the work and closes it. */
  async query<T>(login: DatabaseLogin, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect(login);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}
