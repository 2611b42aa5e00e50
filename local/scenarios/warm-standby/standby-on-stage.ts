import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ApprovalAnswer, FailoverRequest, NamedLoss } from '../../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../../../lib/config/warm-standby';
import type { Place } from '../../cloud/gateway/service';
import { ending } from '../../rehearsal/error-of-execution';
import { ringingAlarms } from '../../rehearsal/ringing-alarms';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import { LoadClient, type Promised } from './load-client';
import { RegionDatabases } from './region-databases';
import { SHORT_SHARE, type WarmStandbyWorld } from './world';

/** The report of a failover, as far as scenarios look at it. */
export interface ReportView {
  readonly run: { readonly operationId: string; readonly epoch: number; readonly lastServedAt: string };
  readonly outcome: string;
  readonly steps: Readonly<Record<string, { readonly seconds: number; readonly budgetSeconds: number }>>;
  readonly recoveryTimeSeconds: number | null;
  readonly recoveryPointSeconds: number | null;
  readonly positions: readonly { readonly table: string; readonly lastNumber: number | null; readonly gaps: readonly number[] }[];
  readonly evidence: { readonly verdict: string; readonly idle: boolean; readonly namedLoss: NamedLoss } | null;
}

/** What `request-failover` answers. */
export interface RequestView {
  readonly executionArn: string | null;
  readonly operationId: string | null;
  readonly status: string;
}

const HOUR_MS = 3_600_000;
const TWO_MINUTES_MS = 2 * 60_000;

/** A warm standby as its operators and clients work with it. */
export class StandbyOnStage {
  readonly config: WarmStandbyConfig;
  readonly primary: Place;
  readonly standby: Place;
  /** Goes where the name leads. */
  readonly client: LoadClient;
  private readonly clients: LoadClient[] = [];
  readonly databases: RegionDatabases;

  constructor(readonly stage: Stage<WarmStandbyWorld>, name = 'shop') {
    const config = stage.world.systems.get(name);
    if (!config) throw new Error(`there is no system ${name}`);
    this.config = config;
    this.primary = stage.place(config.account, config.primary.region);
    this.standby = stage.place(config.account, config.standby.region);
    this.client = this.newClient(config.witnessRegion);
    this.databases = new RegionDatabases(stage, config);
  }

  /** Of the ECS service, and of its cluster. */
  get serviceName(): string {
    return `warm-standby-${this.config.name}`;
  }

  nameIn({ region }: Place, name: string): string {
    return `warm-standby-${this.config.name}-${region === this.primary.region ? 'primary' : 'standby'}-${name}`;
  }

  otherThan({ region }: Place): Place {
    return region === this.primary.region ? this.standby : this.primary;
  }

  /** A client that is in a region and goes to this address whatever happens. */
  newClient(region: string, address?: string): LoadClient {
    const { cloud, world } = this.stage;
    const { recordName, ttlSeconds } = this.config.domain;
    const client = new LoadClient({ cloud, recordName, ttlSeconds, region, nextNumber: world.nextNumber, ...(address !== undefined && { address }) });
    this.clients.push(client);
    return client;
  }

  /** What the region has promised to clients since the story began, by number. */
  promisedBy({ region }: Place): readonly Promised[] {
    return this.clients.flatMap((client) => client.promised(region)).sort((one, other) => one.number - other.number);
  }

  /** Clients write no more. */
  async finish(): Promise<void> {
    for (const client of this.clients) await client.stop();
  }

  /**
   * Brings the system to where a story begins, whatever the one before left: this region active, the other one following,
   * clients writing. What RDS does for that takes a tenth of its time.
   */
  async begin(active: Place = this.primary): Promise<void> {
    const { stage } = this;
    const { regions } = stage.cloud;
    stage.world.settled();
    for (const { region } of [this.primary, this.standby]) if (regions.isLost(region)) await regions.restore(region);
    const before = await this.activeRegion();
    if (before === undefined) await stage.step('prepare the database of the primary region', () => stage.invoke(this.primary, this.nameIn(this.primary, 'prepare-database'), {}));
    this.client.start();
    await stage.step('wait until the service serves', () => stage.until('a client is served', HOUR_MS, async () => this.client.promised()[0]?.number));
    // What was never seen to serve is being set up, and not lost when it is silent.
    if (before === undefined) await stage.step('both regions have seen it serve', () => stage.cloud.clock.pass(TWO_MINUTES_MS));
    await this.inShort(async () => {
      if ((before ?? this.primary.region) !== active.region) {
        await this.followAgain(active);
        await this.moveTo(active);
      }
      await this.followAgain(this.otherThan(active));
    });
    await this.seenToAnswer();
  }

  /** Waits until no alarm rings any more that an outage has raised: it would not ring again for the next one. */
  async seenToAnswer(): Promise<void> {
    await this.stage.until('the service has been seen to answer', HOUR_MS, async () => ((await this.ringing()).length === 0 ? true : undefined));
  }

  /** The alarms that may start a failover, as far as they are in alarm in either region. */
  private async ringing(): Promise<readonly string[]> {
    const found = await Promise.all([this.primary, this.standby].map((place) => ringingAlarms(this.stage, place)));
    return found.flat().filter((name) => name.startsWith(`warm-standby/${this.config.name}`) && name.endsWith('/ServiceUnreachable'));
  }

  /** What RDS begins during the work takes a tenth of its time, and clients write once a minute: for what a story is not about. */
  async inShort<T>(work: () => Promise<T>): Promise<T> {
    const endHurry = this.stage.cloud.services.databases.rds.hurry(SHORT_SHARE);
    try {
      return await this.client.restDuring(work);
    } finally {
      endHurry();
    }
  }

  /** Lets clients write for a while. */
  async serve(seconds: number): Promise<void> {
    await this.stage.step(`clients write for ${seconds} s`, () => this.client.hurryFor(seconds), () => [`${this.client.promised().length} transactions promised`]);
  }

  async request(place: Place, request: FailoverRequest): Promise<RequestView> {
    return this.stage.invoke(place, this.nameIn(place, 'request-failover'), request);
  }

  async answer(place: Place, answer: ApprovalAnswer): Promise<void> {
    await this.stage.invoke(place, this.nameIn(place, 'answer-approval'), answer);
  }

  /** Moves to the region in an orderly manner, and fails the scenario unless that succeeds. */
  async moveTo(place: Place): Promise<ReportView> {
    const outcome = await this.stage.step(
      `planned failover to ${place.region}`,
      async () => {
        const { executionArn } = await this.request(place, { kind: 'planned', requestedBy: 'operator', reason: 'rehearsal' });
        return this.stage.executionEnd(place, executionArn ?? '');
      },
      (outcome) => [ending(outcome)],
    );
    return this.arrive(place, this.succeeded(outcome));
  }

  /** Waits until a client is served in the epoch that has begun: some still have the old answer of the name. */
  private async arrive({ region }: Place, report: ReportView): Promise<ReportView> {
    const isThere = ({ epoch }: Promised) => epoch >= report.run.epoch;
    await this.stage.until(`a client is served by ${region}`, HOUR_MS, async () => (this.client.promised(region).some(isThere) ? true : undefined));
    return report;
  }

  /** Waits until the loss of the active region is noticed and a person is asked. Returns which execution asks. */
  async untilAsked(place: Place): Promise<string> {
    return this.stage.step(
      'wait until the loss is noticed and a person is asked',
      () => this.stage.until('an approval is asked for', HOUR_MS, () => this.pendingApproval(place)),
      (operationId) => [operationId],
    );
  }

  /** A person approves; waits for the end and fails the scenario unless it is a good one. */
  async approve(place: Place, operationId: string, signedLoss?: NamedLoss): Promise<ReportView> {
    await this.stage.step(`a person approves${signedLoss ? ` and signs for ${signedLoss.seconds} s` : ''}`, () => this.answer(place, { operationId, decision: 'approve', by: 'rehearsal', ...(signedLoss && { signedLoss }) }));
    return this.arrival(place, operationId);
  }

  /** Waits for the end of a failover that goes on by itself and until clients are there; fails the scenario unless it is a good one. */
  async arrival(place: Place, operationId: string): Promise<ReportView> {
    return this.arrive(place, this.succeeded(await this.stage.step('wait for the failover', () => this.failoverEnd(place, operationId), (outcome) => [ending(outcome)])));
  }

  succeeded(outcome: ExecutionOutcome): ReportView {
    this.stage.check(outcome.status === 'SUCCEEDED', 'the failover succeeded', ending(outcome));
    const { report } = (outcome.output as { readonly conclusion: { readonly report: ReportView } }).conclusion;
    const steps = Object.entries(report.steps).map(([step, { seconds, budgetSeconds }]) => `${step} ${seconds} s of ${budgetSeconds} s`);
    this.stage.note('report', steps.join(', '), `out of service ${report.recoveryTimeSeconds ?? 0} s, work lost at most ${report.recoveryPointSeconds ?? 0} s`);
    return report;
  }

  /** Fails the scenario unless each step kept to its budget, and the whole to both objectives. */
  checkObjectives({ steps, recoveryTimeSeconds, recoveryPointSeconds }: ReportView): void {
    const { rtoMinutes, rpoSeconds } = this.config.objectives;
    const late = Object.entries(steps).flatMap(([step, { seconds, budgetSeconds }]) => (seconds > budgetSeconds ? [`${step} took ${seconds} s of ${budgetSeconds} s`] : []));
    this.stage.check(late.length === 0, 'each step kept to its budget', ...late);
    this.stage.check((recoveryTimeSeconds ?? Infinity) <= rtoMinutes * 60, `back within the objective of ${rtoMinutes} min`, `${recoveryTimeSeconds ?? 0} s; the client waited ${this.client.longestSilenceSeconds()} s`);
    this.stage.check((recoveryPointSeconds ?? Infinity) <= rpoSeconds, `the named loss is within the objective of ${rpoSeconds} s`, `at most ${recoveryPointSeconds ?? 0} s`);
  }

  /** The execution that waits for a person; nothing when none does. */
  async pendingApproval(place: Place): Promise<string | undefined> {
    const states = this.stage.client(SFNClient, place);
    const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn: this.stateMachineArn(place, 'failover'), statusFilter: 'RUNNING' }));
    const [running] = executions;
    if (!running?.executionArn) return undefined;
    const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn: running.executionArn, reverseOrder: true, maxResults: 5 }));
    return events.some(({ type }) => type === 'TaskSubmitted') ? running.name : undefined;
  }

  /** How many failovers to the region there have been. */
  async failovers(place: Place): Promise<number> {
    const { executions = [] } = await this.stage.client(SFNClient, place).send(new ListExecutionsCommand({ stateMachineArn: this.stateMachineArn(place, 'failover') }));
    return executions.length;
  }

  failoverEnd(place: Place, operationId: string): Promise<ExecutionOutcome> {
    return this.stage.executionEnd(place, this.executionArn(place, operationId));
  }

  executionArn(place: Place, operationId: string): string {
    return `${this.stateMachineArn(place, 'failover').replace(':stateMachine:', ':execution:')}:${operationId}`;
  }

  /** Fails the scenario unless the region's database has every transaction that any client was promised. */
  async checkNothingLost(place: Place): Promise<void> {
    const present = new Set(await this.databases.transactionsIn(place));
    const promised = this.clients.flatMap((client) => client.promised());
    const lost = promised.filter(({ number }) => !present.has(number)).map(({ number }) => number);
    this.stage.check(lost.length === 0, `all ${promised.length} promised transactions are in ${place.region}`, `lost: ${lost.join(', ') || 'none'}`);
  }

  /** When the active region last told the other one how far it is; it does so every minute. */
  async lastProgressAt(place: Place): Promise<string | undefined> {
    const { Item } = await this.stage.client(DynamoDBClient, place).send(new GetItemCommand({ TableName: `WarmStandby-${this.config.name}`, Key: { item: { S: 'progress' } } }));
    return Item?.['at']?.S;
  }

  /** From now on the replica receives nothing; it is not told so. */
  async stallReplication(): Promise<void> {
    const { cloud } = this.stage;
    await this.stage.step('replication stalls', async () => cloud.services.databases.rds.cutReplication(this.primary.region, this.standby.region));
  }

  /** A region goes: all of it, or the network around it while it lives on inside. */
  async lose({ region }: Place, processes: 'kill' | 'keep' = 'kill'): Promise<void> {
    const title = processes === 'kill' ? `${region} is lost: databases, tasks, network and APIs` : `${region} is cut off from the others, and lives on inside`;
    await this.stage.step(title, () => this.stage.cloud.regions.lose(region, { processes }));
  }

  /** The region is there again, its databases as they were; some minutes later everybody knows. */
  async comesBack({ region }: Place): Promise<void> {
    const { regions, clock } = this.stage.cloud;
    await this.stage.step(`${region} comes back, and two minutes pass`, async () => {
      await regions.restore(region);
      await clock.pass(TWO_MINUTES_MS);
    });
  }

  /** The load balancer of a region, by the name in its environment. */
  async addressOf(place: Place): Promise<string> {
    const { Configuration } = await this.stage.client(LambdaClient, place).send(new GetFunctionCommand({ FunctionName: this.nameIn(place, 'check-service') }));
    const name = Configuration?.Environment?.Variables?.['LOAD_BALANCER'] ?? '';
    const [address = ''] = this.stage.cloud.services.compute.fabric.viewOf({ kind: 'internet', name: 'client', region: this.config.witnessRegion }).resolve(name);
    return address;
  }

  stateMachineArn({ account, region }: Place, name: string): string {
    return `arn:aws:states:${region}:${account}:stateMachine:${this.nameIn({ account, region }, name)}`;
  }

  /** Makes the region that lost its role a standby again. */
  async rebuild(place: Place): Promise<void> {
    const { stage } = this;
    this.databases.declareSmall(this.otherThan(place));
    const outcome = await stage.step(`make ${place.region} a standby again`, () => this.runRebuild(place, 'rebuild'));
    stage.check(outcome.status === 'SUCCEEDED', `${place.region} replicates again`, ending(outcome));
  }

  /** Runs the workflow that makes a region a standby, or takes that back. */
  async runRebuild(place: Place, mode: 'rebuild' | 'undo'): Promise<ExecutionOutcome> {
    const { stage } = this;
    return this.client.restDuring(async () => {
      const { executionArn } = await stage.client(SFNClient, place).send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn(place, 'rebuild'), input: JSON.stringify({ mode }) }));
      return stage.executionEnd(place, executionArn ?? '');
    });
  }

  /** The region that the witness holds for the active one; nothing before the system was prepared. */
  async activeRegion(): Promise<string | undefined> {
    const witness = { account: this.primary.account, region: this.config.witnessRegion };
    const { Item } = await this.stage.client(DynamoDBClient, witness).send(new GetItemCommand({ TableName: `WarmStandby-${this.config.name}`, Key: { item: { S: 'authority' } }, ConsistentRead: true }));
    return Item?.['activeRegion']?.S;
  }

  private async followAgain(place: Place): Promise<void> {
    if (!(await this.databases.isReplica(place))) await this.rebuild(place);
    await this.databases.deleteKept(place);
  }
}
