import type { CloudClock, Timer } from '../gateway/clock';
import type { NetworkView, OpenedConnection } from './confined-process';
import { ConnectionDecider, type DeciderPorts, type Decision } from './connection-decider';
import { DeniedConnections } from './denied-connections';
import { HostDirectory, type HostLocation } from './host-directory';
import type { NameServer } from './name-server';
import { NetworkCuts, type EndSelector } from './network-cuts';
import type { NetworkSource } from './network-source';
import type { NetworkInterface } from './topology';

export interface FabricPorts extends DeciderPorts {
  readonly clock: Pick<CloudClock, 'now' | 'after'>;
  readonly interfaces: InterfaceAllocator;
}

/** Gives hosts their network interfaces. */
export interface InterfaceAllocator {
  attachInterface(props: {
    readonly subnetId: string;
    readonly securityGroupIds: readonly string[];
    readonly description: string;
    readonly publicAddress?: string | undefined;
  }): NetworkInterface;
  detachInterface(networkInterfaceId: string): void;
}

export interface HostProps {
  /** What clients call it. A host that others only name by address has none. */
  readonly name?: string;
  readonly port: number;
  /** Where it really listens, on 127.0.0.1. */
  readonly localPort: number;
  readonly placement: Placement;
  /** The VPCs in whose private zone the name is. @default the name is in public DNS, as those of databases are, whatever their address */
  readonly privateToVpcIds?: readonly string[];
}

/** Where a host is: in a subnet behind a new interface (with a public address, if it is public), behind an existing one, on the internet, or behind a PrivateLink service. */
export type Placement =
  | 'internet'
  | { readonly subnetId: string; readonly securityGroupIds: readonly string[]; readonly isPublic?: boolean }
  | { readonly networkInterfaceId: string }
  | { readonly privateLinkService: string };

/** A host in the network. */
export interface HostRegistration {
  /** Its address; none behind a PrivateLink service. */
  readonly address: string | undefined;
  readonly networkInterfaceId: string | undefined;
  /** Takes it off the network; an interface that was made for it goes with the last host behind it. */
  remove(): void;
}

interface Live {
  readonly decision: Decision;
  readonly sever: () => void;
}

const NOTHING = (): void => undefined;

/** As Linux does: six times. https://docs.kernel.org/networking/ip-sysctl.html */
const FIRST_RETRANSMISSION_MS = 1_000;
const LAST_RETRANSMISSION_MS = 32_000;

/** The network of one cloud: every connection of a function or task is decided here. */
export class Fabric {
  readonly denied = new DeniedConnections();
  private readonly hosts = new HostDirectory();
  private readonly decider: ConnectionDecider;
  private readonly cuts = new NetworkCuts();
  private readonly live = new Set<Live>();
  private readonly ownInterfaces = new Set<string>();
  private readonly listeners = new Set<(localPort: number) => void>();

  constructor(private readonly ports: FabricPorts) {
    this.decider = new ConnectionDecider(ports, this.hosts);
  }

  /** Puts a server of the cloud on the network. */
  registerHost({ name, port, localPort, placement, privateToVpcIds }: HostProps): HostRegistration {
    const location = this.locate(placement, name ?? `server on port ${port}`);
    const remove = this.hosts.add({ name: name?.toLowerCase(), port, localPort, location, privateToVpcIds });
    return {
      address: location.kind === 'service' ? undefined : location.address,
      networkInterfaceId: location.kind === 'interface' ? location.networkInterfaceId : undefined,
      remove: () => {
        remove();
        this.detachUnused(location);
      },
    };
  }

  /** Where the host of this name really listens on 127.0.0.1: for tools that have no part in the network. */
  localPortNamed(name: string, port: number): number | undefined {
    return this.hosts.localPortNamed(name, port);
  }

  /** Asks this server before the network's own, such as for the zones of Route 53. The returned function takes it back. */
  addNameServer(server: NameServer): () => void {
    return this.decider.addNameServer(server);
  }

  /** How a process at this place sees the network. One that `accepts` can be reached at its interface, on the ports that it listens on. */
  viewOf(source: NetworkSource, { accepts = false } = {}): NetworkView {
    const view: NetworkView = {
      connect: (host, port, onSever, onAnswer) => this.connect(source, host, port, onSever, onAnswer),
      resolve: (host) => this.decider.resolve(source, host),
    };
    if (!accepts || source.kind !== 'interface') return view;
    const { networkInterfaceId } = source;
    return {
      ...view,
      listening: (port, localPort) => {
        const registration = this.registerHost({ port, localPort, placement: { networkInterfaceId } });
        return () => registration.remove();
      },
    };
  }

  /** Calls the listener before every connection, with the port on 127.0.0.1 to which it leads. */
  onConnect(listener: (localPort: number) => void): void {
    this.listeners.add(listener);
  }

  /**
   * Decides about a connection. Services of the cloud ask for their own as well, such as for health checks. Whoever hands over
   * `onAnswer` tries again when nothing answers, as TCP does, until the returned connection is closed.
   */
  async connect(source: NetworkSource, host: string, port: number, onSever: () => void = NOTHING, onAnswer?: (opened: OpenedConnection) => void): Promise<OpenedConnection> {
    const decision = this.withCuts(await this.decider.decide(source, host, port));
    const { verdict, explanation, hint } = decision;
    if (verdict.kind === 'open') return this.open(decision, verdict.localPort, onSever);
    const kind = ({ drop: 'dropped', refuse: 'refused', 'unknown-host': 'unknown-host' } as const)[verdict.kind];
    this.denied.add({ at: this.ports.clock.now(), source: source.name, region: source.region, host, port, kind, explanation, hint });
    if (verdict.kind !== 'drop' || !onAnswer) return { verdict, close: NOTHING };
    return { verdict, close: this.retransmit(source, host, port, (again, localPort) => onAnswer(this.open(again, localPort, onSever))) };
  }

  private open(decision: Decision, localPort: number, onSever: () => void): OpenedConnection {
    for (const listener of this.listeners) listener(localPort);
    const connection: Live = { decision, sever: onSever };
    this.live.add(connection);
    return { verdict: decision.verdict, close: () => this.live.delete(connection) };
  }

  /** Tries again to where the name led at first, after one second and then after twice as long each time. The returned function ends that. */
  private retransmit(source: NetworkSource, host: string, port: number, onOpen: (decision: Decision, localPort: number) => void): () => void {
    const [address] = this.decider.resolve(source, host);
    if (address === undefined) return NOTHING;
    let timer: Timer | undefined;
    let isOver = false;
    const after = (delayMs: number): void => {
      timer = this.ports.clock.after(delayMs, () => void tryAgain(delayMs * 2));
    };
    const tryAgain = async (nextDelayMs: number): Promise<void> => {
      const decision = this.withCuts(await this.decider.decide(source, host, port));
      if (isOver) return;
      if (decision.verdict.kind === 'open' && decision.verdict.address === address) onOpen(decision, decision.verdict.localPort);
      else if (nextDelayMs <= LAST_RETRANSMISSION_MS) after(nextDelayMs);
    };
    after(FIRST_RETRANSMISSION_MS);
    return () => {
      isOver = true;
      timer?.cancel();
    };
  }

  /**
   * Cuts the network between two sides, or between one side and everything; the returned function heals it.
   *
   * Connections between them end, as they do when no packet is answered any more; new ones are dropped.
   */
  cut(one: EndSelector, other: EndSelector = {}): () => void {
    const heal = this.cuts.add(one, other);
    this.severSeparated();
    return heal;
  }

  /** As `cut`, between a region and everything outside of it; within the region the network goes on. */
  isolate(region: string): () => void {
    const heal = this.cuts.isolate(region);
    this.severSeparated();
    return heal;
  }

  private severSeparated(): void {
    for (const connection of this.live) {
      if (!this.cuts.separates(connection.decision.source, connection.decision.target)) continue;
      this.live.delete(connection);
      connection.sever();
    }
  }

  /** An interface that was made for a host goes with the last host behind it. */
  private detachUnused(location: HostLocation): void {
    if (location.kind !== 'interface' || !this.ownInterfaces.has(location.networkInterfaceId) || this.hosts.isUsed(location.networkInterfaceId)) return;
    this.ownInterfaces.delete(location.networkInterfaceId);
    this.ports.interfaces.detachInterface(location.networkInterfaceId);
  }

  private withCuts(decision: Decision): Decision {
    const { verdict, source, target } = decision;
    if (verdict.kind === 'drop' || verdict.kind === 'unknown-host' || !this.cuts.separates(source, target)) return decision;
    return { ...decision, verdict: { kind: 'drop' }, explanation: `the network between ${source.name} and ${target.name} is cut` };
  }

  private locate(placement: Placement, description: string): HostLocation {
    if (placement === 'internet') return { kind: 'public', address: this.ports.addresses.ofName(description) };
    if ('privateLinkService' in placement) return { kind: 'service', serviceName: placement.privateLinkService };
    const { id, vpcId, address, publicAddress } = this.interfaceFor(placement, description);
    return { kind: 'interface', networkInterfaceId: id, vpcId, address, publicAddress };
  }

  private interfaceFor(placement: Exclude<Placement, string | { privateLinkService: string }>, description: string): NetworkInterface {
    if ('networkInterfaceId' in placement) {
      const existing = this.ports.topology.networkInterfaces.get(placement.networkInterfaceId);
      if (!existing) throw new Error(`there is no network interface ${placement.networkInterfaceId}`);
      return existing;
    }
    const { subnetId, securityGroupIds, isPublic } = placement;
    const publicAddress = isPublic ? this.ports.addresses.allocate() : undefined;
    const added = this.ports.interfaces.attachInterface({ subnetId, securityGroupIds, description, publicAddress });
    this.ownInterfaces.add(added.id);
    return added;
  }
}
