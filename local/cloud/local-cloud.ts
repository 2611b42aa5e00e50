import { randomUUID } from 'node:crypto';
import { CertificateAuthority } from './engines/pki/certificate-authority';
import { AwsError } from './gateway/aws-error';
import { CallLog } from './gateway/call-log';
import { CloudClient } from './gateway/cloud-client';
import type { CloudContext } from './gateway/cloud-context';
import { CloudClock, type Pace } from './gateway/clock';
import { CredentialStore } from './gateway/credentials';
import { Dispatcher, type Authorizer } from './gateway/dispatcher';
import { FaultPlan } from './gateway/faults';
import { HttpDoor } from './gateway/http-door';
import { accountRoot, type Principal } from './gateway/principal';
import { RegionOutages } from './gateway/region-outages';
import type { Access, Place } from './gateway/service';
import type { CloudAssembly } from './deploy/cloud-assembly';
import { deployStack, type DeployedStack } from './deploy/stack-deployment';
import { createServices, type ServiceSet } from './services/service-set';

export interface LocalCloudOptions {
  readonly pace?: Pace;
  readonly startAt?: Date;
}

/** A defect of the local cloud that showed while it ran. */
export interface Defect {
  readonly error: Error;
  readonly where: string;
}

/** A client class of the AWS SDK. */
export type SdkClientClass<Client> = new (config: {
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}) => Client;

/** AWS on one machine: accounts, regions, services and engines behind one gateway. */
export class LocalCloud implements CloudContext {
  readonly faults = new FaultPlan();
  readonly calls = new CallLog();
  readonly regions = new RegionOutages();
  readonly defects: Defect[] = [];
  readonly credentials: CredentialStore;
  private readonly dispatcher: Dispatcher;
  private readonly signingNames = new Map<string, string>();
  private readonly exports = new Map<string, unknown>();
  private readonly doors: HttpDoor[] = [];
  private readonly stopTasks: (() => Promise<void>)[] = [];
  private servicesCreated: ServiceSet | undefined;

  private constructor(
    readonly clock: CloudClock,
    readonly certificates: CertificateAuthority,
  ) {
    this.credentials = new CredentialStore(clock);
    const authorizer: Authorizer = { refusal: (...request) => this.services.authorizer.refusal(...request) };
    this.dispatcher = new Dispatcher(clock, this.faults, authorizer, this.calls, this.regions);
  }

  /** Starts an empty cloud. */
  static async start({ pace = { busy: 1, idle: Infinity }, startAt }: LocalCloudOptions = {}): Promise<LocalCloud> {
    const cloud = new LocalCloud(new CloudClock(pace, startAt), await CertificateAuthority.create());
    await cloud.open();
    return cloud;
  }

  get services(): ServiceSet {
    if (!this.servicesCreated) throw new Error('the cloud has not started');
    return this.servicesCreated;
  }

  /** Where the AWS CLI and SDKs can be pointed at. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.doors[0]?.port ?? 0}`;
  }

  /** An SDK client for an account's administrator, over the socket. */
  client<Client>(clientClass: SdkClientClass<Client>, { account, region }: Place): Client {
    const credentials = this.credentials.administratorOf(account);
    return new clientClass({ region, endpoint: this.endpoint, credentials, forcePathStyle: true, disableHostPrefix: true } as ConstructorParameters<SdkClientClass<Client>>[0]);
  }

  as(principal: Principal, place: Place, via?: string): CloudClient {
    return new CloudClient(this.dispatcher, this.signingNames, principal, place, via);
  }

  demand(principal: Principal, { account, region }: Place, access: Access & { readonly action: string }): void {
    const call = { account, region, principal, requestId: randomUUID(), via: undefined };
    const refusal = this.services.authorizer.refusal(call, access.action, access);
    if (refusal !== undefined) throw new AwsError('AccessDenied', refusal, { status: 403 });
  }

  reportDefect(error: Error, where: string): void {
    this.defects.push({ error, where });
  }

  /** Creates the stacks of the assembly, each in its account and region. */
  async deploy(assembly: CloudAssembly): Promise<readonly DeployedStack[]> {
    const deployed: DeployedStack[] = [];
    for (const stack of assembly.stacks) {
      for (const image of stack.images ?? []) await this.services.containers.ecr.images.publishAsset(image);
      const ports = {
        providers: this.services.resources,
        aws: this.as(accountRoot(stack.account), stack),
        clock: this.clock,
        exports: this.exports,
        assetDirectory: (objectKey: string) => assembly.assetDirectory(objectKey),
      };
      deployed.push(await deployStack(stack, ports));
    }
    return deployed;
  }

  /** Ends with the cloud what is no part of AWS, such as a host on the internet. */
  onStop(task: () => Promise<void>): void {
    this.stopTasks.push(task);
  }

  /** Ends every process and forgets everything. */
  async stop(): Promise<void> {
    this.clock.stop();
    await Promise.all(this.stopTasks.map((task) => task()));
    await this.services.stop();
    await Promise.all(this.doors.map((door) => door.close()));
  }

  private async open(): Promise<void> {
    const ports = {
      clock: this.clock,
      dispatcher: this.dispatcher,
      credentials: this.credentials,
      certificates: this.certificates,
      onDefect: (error: Error, where: string) => this.reportDefect(error, where),
    };
    const open = async (opening: Promise<HttpDoor>): Promise<number> => {
      const door = await opening;
      this.doors.push(door);
      return door.port;
    };
    await open(HttpDoor.openPlain(ports));
    this.servicesCreated = await createServices(this, {
      securePort: await open(HttpDoor.openSecure(ports)),
      openEndpointDoor: (passage) => open(HttpDoor.openSecure(ports, passage)),
    });
    for (const service of this.servicesCreated.services) {
      this.dispatcher.register(service);
      this.signingNames.set(service.model.namespace, service.model.name);
    }
    this.dispatcher.onKill((principal) => this.servicesCreated?.killProcessOf(principal));
  }
}
