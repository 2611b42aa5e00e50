import { RegionSilent, serviceUnavailable, type Dispatcher } from './dispatcher';
import type { Principal } from './principal';
import type { Place } from './service';

/** A command of the AWS SDK, which carries its operation's schema: `[kind, namespace, name, ...]`. */
export interface SdkCommand<Output> {
  readonly input: object;
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: Output }>;
}

/**
 * Calls the cloud from inside, with the SDK's own commands and without a socket.
 *
 * The call takes the same steps as one from outside: faults, IAM, the model's check.
 */
export class CloudClient {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly signingNames: ReadonlyMap<string, string>,
    private readonly principal: Principal,
    private readonly place: Place,
    private readonly via?: string,
  ) {}

  /** The same principal's client in another region. */
  inRegion(region: string): CloudClient {
    return new CloudClient(this.dispatcher, this.signingNames, this.principal, { ...this.place, region }, this.via);
  }

  /** Sends the command; rejects with `AwsError`, whose `code` is the error shape's name. */
  async send<Output>(command: SdkCommand<Output>): Promise<Output> {
    const [, namespace, operation] = (command as unknown as { schema: readonly [kind: number, namespace: string, name: string] }).schema;
    const service = this.signingNames.get(namespace);
    if (!service) throw new Error(`the local cloud has no service for ${namespace}`);
    const input = Object.fromEntries(Object.entries(command.input).filter(([, value]) => value !== undefined));
    const request = { ...this.place, principal: this.principal, service, operation, input, via: this.via };
    try {
      return (await this.dispatcher.dispatch(request)) as Output;
    } catch (error) {
      // Services of the cloud do not wait for an answer that never comes.
      throw error instanceof RegionSilent ? serviceUnavailable(service, this.place.region) : error;
    }
  }
}
