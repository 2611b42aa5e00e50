import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/warm-standby/contract';
import type { FunctionNetwork } from '../shared/handler-function';
import type { Permission } from '../shared/permission';
import type { RegionPermissions } from './region-permissions';
import { StandbyFunction, type FunctionContext, type StandbyFunctionProps } from './standby-function';

export interface RegionFunctionsProps {
  readonly context: FunctionContext;
  readonly may: RegionPermissions;
  /** For those that open database connections. */
  readonly network: FunctionNetwork;
  /** Names of this region's own things: what the functions that work on them get beside the common environment. */
  readonly databaseEnvironment: Readonly<Record<string, string>>;
  readonly peerEnvironment: Readonly<Record<string, string>>;
  readonly readinessEnvironment: Readonly<Record<string, string>>;
  /** For the function that has objects copied back, in the standby region, and for the one that calls it, in the primary. */
  readonly pairing: Readonly<Record<'ownEnvironment' | 'peerEnvironment', Readonly<Record<string, string>>>>;
}

/** Fetching secrets, finding the instance and connecting take seconds; a statement that hangs is cut after twenty. */
const DATABASE_TIMEOUT = Duration.seconds(60);
/** A bucket tells of its versions a thousand at a time, and of their replication one by one. */
const RECONCILE_TIMEOUT = Duration.minutes(15);
/** The other region's function may take a minute. */
const PEER_TIMEOUT = Duration.seconds(90);

/** The functions of a region, each with what it may do and no more. */
export class RegionFunctions extends Construct {
  readonly prepareDatabase: StandbyFunction;
  readonly renewLease: StandbyFunction;
  readonly watchRegions: StandbyFunction;
  readonly assessReadiness: StandbyFunction;
  readonly readEvidence: StandbyFunction;
  readonly askApproval: StandbyFunction;
  readonly answerApproval: StandbyFunction;
  readonly raiseAuthority: StandbyFunction;
  readonly drainPeer: StandbyFunction;
  readonly promoteReplica: StandbyFunction;
  readonly openDatabase: StandbyFunction;
  readonly checkService: StandbyFunction;
  readonly switchTraffic: StandbyFunction;
  readonly checkTraffic: StandbyFunction;
  readonly concludeFailover: StandbyFunction;
  readonly rebuildReplica: StandbyFunction;

  constructor(scope: Construct, id: string, private readonly props: RegionFunctionsProps) {
    super(scope, id);
    const { may, peerEnvironment } = props;
    this.prepareDatabase = this.onDatabase('prepare-database', 'Makes the database ready and the region the active one', [...may.readAuthority(['own', 'peer', 'witness']), ...may.writeAuthority(['own', 'peer', 'witness']), may.readApplicationSecret, ...may.pairPeer], props.pairing.peerEnvironment);
    this.renewLease = this.onDatabase('renew-lease', 'Asks the other regions whether this one may still write', [...may.readAuthority(['peer', 'witness']), ...may.writeAuthority(['own', 'peer', 'witness']), ...may.changeIngress('Authorize', 'Revoke')]);
    this.watchRegions = this.plain('watch-regions', 'Repeats where clients are sent and asks whether the service answers', [...may.ownTable(['dynamodb:GetItem', 'dynamodb:PutItem']), ...may.settleRecall]);
    this.assessReadiness = this.onDatabase('assess-readiness', 'Looks at everything that a failover to this region would need', [...may.readAuthority(['own', 'witness']), ...may.readReadiness], { ...peerEnvironment, ...props.readinessEnvironment });
    this.readEvidence = this.onDatabase('read-evidence', 'Reads on the replica what a promotion would lose', may.readAuthority(['own', 'witness']));
    this.askApproval = this.plain('ask-approval', 'Asks people whether to fail over', [...may.ownTable(['dynamodb:PutItem']), ...may.publish]);
    this.answerApproval = this.plain('answer-approval', 'Hands the answer of a person to the execution that asked', [...may.ownTable(['dynamodb:GetItem']), ...may.answerExecutions]);
    this.raiseAuthority = this.plain('raise-authority', 'Begins the epoch in this region and at the witness', may.writeAuthority(['own', 'witness']));
    this.drainPeer = this.plain('drain-peer', 'Asks the other region to stop writing', [may.invokePeer('yield-region'), ...may.ownTable(['dynamodb:PutItem'])], { ...peerEnvironment }, PEER_TIMEOUT);
    this.promoteReplica = this.plain('promote-replica', 'Promotes the replica, or says how far its promotion is', may.promote, props.databaseEnvironment);
    this.openDatabase = this.onDatabase('open-database', 'Opens the database for an epoch', may.changeIngress('Authorize'));
    this.checkService = this.plain('check-service', 'Makes sure that this region can take the traffic', may.readService);
    this.switchTraffic = this.plain('switch-traffic', 'Sends clients to this region', may.turnSwitch);
    this.checkTraffic = this.plain('check-traffic', 'Makes sure that clients arrive', []);
    this.concludeFailover = this.plain('conclude-failover', 'Writes the report of a failover and tells people', [...may.ownTable(['dynamodb:UpdateItem']), ...may.writeReports, ...may.publish]);
    this.rebuildReplica = this.plain('rebuild-replica', 'Makes this region a standby again', [...may.readAuthority(['own', 'peer', 'witness']), ...may.rebuild], { ...props.databaseEnvironment, ...peerEnvironment });
    this.onDatabase('yield-region', 'Gives the active role away', [...may.readAuthority(['own']), ...may.writeAuthority(['own']), ...may.changeIngress('Revoke')]);
    this.onDatabase('reconcile-losses', 'Lists what only the database and the bucket of this region hold', may.reconcile, {}, RECONCILE_TIMEOUT);
    this.plain('undo-failover', 'Gives the active role back', [may.findFailovers, ...may.readAuthority(['own']), ...may.writeAuthority(['own', 'peer', 'witness']), ...may.ownTable(['dynamodb:UpdateItem']), may.findInstance, may.invokePeer('open-database'), may.startRebuild], { ...props.databaseEnvironment, ...peerEnvironment, [ENV.STATE_MACHINE_ARN]: props.context.own.stateMachineArn, [ENV.REBUILD_MACHINE_ARN]: props.context.own.rebuildStateMachineArn }, PEER_TIMEOUT);
    if (props.context.own.role === 'standby') this.plain('pair-objects', 'Has the objects of this region copied back to the primary', may.pairObjects, props.pairing.ownEnvironment);
  }

  /** The functions that a failover to this region needs when the other one is lost: those that notice it, decide, and carry it out. */
  get failoverPath(): readonly StandbyFunction[] {
    return [this.watchRegions, this.renewLease, this.answerApproval, this.readEvidence, this.askApproval, this.raiseAuthority, this.promoteReplica, this.openDatabase, this.checkService, this.switchTraffic, this.checkTraffic, this.concludeFailover];
  }

  /** A function outside of the network. */
  plain(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}, timeout?: Duration): StandbyFunction {
    return this.create(operation, { description, permissions, environment, ...(timeout && { timeout }) });
  }

  private onDatabase(operation: string, description: string, permissions: readonly Permission[], environment: Readonly<Record<string, string>> = {}, timeout = DATABASE_TIMEOUT): StandbyFunction {
    const { may, network, databaseEnvironment } = this.props;
    return this.create(operation, { description, network, timeout, environment: { ...databaseEnvironment, ...environment }, permissions: [may.findInstance, may.readAdminSecret, ...may.useDataKeyForSecrets, ...permissions] });
  }

  private create(operation: string, props: StandbyFunctionProps): StandbyFunction {
    return new StandbyFunction(this, operation, this.props.context, props);
  }
}

/** What the functions know of the other region. Those of the path of an unplanned failover are not given it. */
export function peerEnvironmentOf({ instanceArn, functionArn, reportBucket }: { readonly instanceArn: string; readonly reportBucket: string; readonly functionArn: (operation: string) => string }): Readonly<Record<string, string>> {
  return {
    [ENV.PEER_INSTANCE_ARN]: instanceArn,
    [ENV.PEER_YIELD_FUNCTION]: functionArn('yield-region'),
    [ENV.PEER_OPEN_FUNCTION]: functionArn('open-database'),
    [ENV.PEER_REPORT_BUCKET]: reportBucket,
  };
}
