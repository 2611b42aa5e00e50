import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Fabric, HostRegistration } from '../../network/fabric';
import type { Ec2State } from '../ec2/ec2-state';
import type { ElbState } from './elb-state';
import type { Listener } from './load-balancing';
import type { RequestRouter } from './request-router';

export interface NodePorts {
  readonly cloud: CloudContext;
  readonly fabric: Fabric;
  readonly network: Ec2State;
  readonly state: ElbState;
  readonly router: RequestRouter;
}

interface OpenListener {
  readonly server: Server;
  readonly registrations: readonly HostRegistration[];
}

/** The addresses at which load balancers listen: one in each subnet, on the port of each listener. */
export class LoadBalancerNodes {
  private readonly open = new Map<Listener, OpenListener>();
  private readonly contexts = new Map<string, Promise<SecureContext>>();

  constructor(private readonly ports: NodePorts) {
    ports.fabric.addNameServer({
      resolve: (name) => {
        const addresses = this.addressesOf(name);
        return addresses && { kind: 'addresses', addresses };
      },
    });
  }

  /** The addresses behind the DNS name of a load balancer; nothing for a name that is none. */
  addressesOf(dnsName: string): readonly string[] | undefined {
    const name = dnsName.toLowerCase().replace(/^dualstack\./, '');
    const found = this.ports.state
      .all()
      .flatMap(({ loadBalancers }) => [...loadBalancers.values()])
      .find((each) => each.dnsName.toLowerCase() === name);
    // A public load balancer has its public addresses everywhere. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#load-balancer-scheme
    return found?.nodes.flatMap(({ networkInterfaceId }) => {
      const { address, publicAddress } = this.ports.network.networkInterfaces.get(networkInterfaceId) ?? {};
      return (found.scheme === 'internet-facing' ? publicAddress : address) ?? [];
    });
  }

  /** Begins to listen on the port of the listener, at every node. */
  async listen(listener: Listener): Promise<void> {
    await this.close(listener);
    const server = this.serverOf(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port: localPort } = server.address() as AddressInfo;
    const registrations = listener.loadBalancer.nodes.map(({ networkInterfaceId }) => this.ports.fabric.registerHost({ port: listener.port, localPort, placement: { networkInterfaceId } }));
    this.open.set(listener, { server, registrations });
  }

  async close(listener: Listener): Promise<void> {
    const known = this.open.get(listener);
    if (!known) return;
    this.open.delete(listener);
    for (const registration of known.registrations) registration.remove();
    const { server } = known;
    if ('closeAllConnections' in server) (server as http.Server).closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.open.keys()].map((listener) => this.close(listener)));
  }

  private serverOf(listener: Listener): Server {
    const handle: http.RequestListener = (request, answer) => {
      this.ports.router.handle(listener, request, answer).catch((error: Error) => {
        this.ports.cloud.reportDefect(error, `load balancer ${listener.loadBalancer.name}`);
        answer.destroy();
      });
    };
    if (listener.protocol === 'HTTP') return http.createServer(handle);
    return https.createServer({ SNICallback: (name, done) => void this.certificateFor(name).then((context) => done(null, context), (error: Error) => done(error)) }, handle);
  }

  /** Certificates of ACM are not kept here: one for the name that the client asks for stands for the listener's. */
  private certificateFor(name: string): Promise<SecureContext> {
    const known = this.contexts.get(name) ?? this.ports.cloud.certificates.issue(name).then((identity) => createSecureContext(identity));
    this.contexts.set(name, known);
    return known;
  }
}
