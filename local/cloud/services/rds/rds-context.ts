import type { PostgresEngine } from '../../engines/postgres/postgres-engine';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Place } from '../../gateway/service';
import type { DoomedCopies } from './doomed-copies';
import type { MetricSink } from '../cloudwatch/metric-sink';
import type { StorageKeys } from './storage/storage-keys';
import type { Passages } from './life-cycle/passages';
import type { MasterSecrets } from './master-secrets';
import type { Notices } from './notices';
import type { RdsEstate } from './state/estate';
import type { SubnetPlacement } from './state/subnet-group';
import type { ServerTurns } from './storage/server-turns';

/** What the operations of RDS work with. */
export interface RdsContext {
  readonly cloud: CloudContext;
  readonly estate: RdsEstate;
  readonly passages: Passages;
  /** PostgreSQL, which starts with the first database. */
  readonly engine: () => Promise<PostgresEngine>;
  readonly turns: ServerTurns;
  readonly endpoints: EndpointDirectory;
  readonly subnets: SubnetDirectory;
  readonly keys: StorageKeys;
  readonly secrets: MasterSecrets;
  readonly notices: Notices;
  readonly metrics: MetricSink;
  readonly behaviour: RdsBehaviour;
}

/** A name under which a database instance can be reached, and where it stands. */
export interface DatabaseEndpoint {
  readonly hostname: string;
  /** The instance that answers: all its names share a network interface. */
  readonly resourceId: string;
  /** The port that clients name. */
  readonly port: number;
  /** Where the server really listens, on 127.0.0.1. */
  readonly localPort: number;
  readonly placement: 'internet' | { readonly subnetId: string; readonly securityGroupIds: readonly string[] };
}

/** Where databases make themselves known to the network. */
export interface EndpointDirectory {
  /** Leads the name to the server from now on, wherever it led before. The first name of an instance makes its network interface. */
  publish(endpoint: DatabaseEndpoint): void;
  /** Takes the name off the network; with the first name of an instance goes the interface. */
  withdraw(hostname: string): void;
}

/** What RDS asks of EC2. */
export interface SubnetDirectory {
  /** The subnets with these ids; none when one of them does not exist. */
  describe(place: Place, subnetIds: readonly string[]): Promise<readonly SubnetPlacement[]>;
  /** The subnets of the default VPC, if there is one. */
  ofDefaultVpc(place: Place): Promise<readonly SubnetPlacement[]>;
  defaultSecurityGroup(place: Place, vpcId: string): Promise<string | undefined>;
}

/** What a scenario may change about RDS itself. */
export interface RdsBehaviour {
  /** Refuses copies that cross accounts and regions at once, as RDS did before 2025-09-23. */
  refusesSingleStepCopies: boolean;
  /** Creates Aurora clusters unencrypted unless they ask for it, as RDS did before 2026-02-18. */
  createsUnencryptedClusters: boolean;
  readonly doomedCopies: DoomedCopies;
}
