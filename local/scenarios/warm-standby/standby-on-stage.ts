import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Client } from 'pg';
import type { ApprovalAnswer, FailoverRequest, NamedLoss } from '../../../lambda/warm-standby/contract';
import type { WarmStandbyConfig } from '../../../lib/config/warm-standby';
import type { Place } from '../../cloud/gateway/service';
import type { ExecutionOutcome, Stage } from '../../rehearsal/stage';
import { LoadClient } from './load-client';
import type { WarmStandbyWorld } from './world';

/** What `conclude-failover` writes, as far as scenarios look at it. */
export interface ConclusionView {
  readonly conclusion: {
    readonly reportKey: string;
    readonly report: {
      readonly outcome: string;
      readonly steps: Readonly<Record<string, { readonly seconds: number; readonly budgetSeconds: number }>>;
      readonly recoveryTimeSeconds: number | null;
      readonly recoveryPointSeconds: number | null;
      readonly positions: readonly { readonly table: string; readonly lastNumber: number | null; readonly gaps: readonly number[] }[];
      readonly evidence: { readonly verdict: string; readonly namedLoss: NamedLoss } | null;
    };
  };
}

const HOUR_MS = 3_600_000;

/** A warm standby as its operators and clients work with it. */
export class StandbyOnStage {
  readonly config: WarmStandbyConfig;
  readonly primary: Place;
  readonly standby: Place;
  readonly client: LoadClient;

  constructor(readonly stage: Stage<WarmStandbyWorld>, name = 'shop') {
    const config = stage.world.get(name);
    if (!config) throw new Error(`there is no system ${name}`);
    this.config = config;
    this.primary = stage.place(config.account, config.primary.region);
    this.standby = stage.place(config.account, config.standby.region);
    this.client = new LoadClient({ cloud: stage.cloud, recordName: config.domain.recordName, ttlSeconds: config.domain.ttlSeconds, region: config.witnessRegion });
  }

  nameIn({ region }: Place, name: string): string {
    return `warm-standby-${this.config.name}-${region === this.primary.region ? 'primary' : 'standby'}-${name}`;
  }

  /** Makes the database ready after the deployment, and lets the first minute's watches run. */
  async prepare(): Promise<void> {
    const { stage } = this;
    await stage.step('prepare the database of the primary region', () => stage.invoke(this.primary, this.nameIn(this.primary, 'prepare-database'), {}));
    await stage.step('wait until the service serves', async () => {
      this.client.start();
      await stage.until('a client is served', HOUR_MS, async () => this.client.promised()[0]);
    });
  }

  /** Lets clients write for a while. */
  async serve(minutes: number): Promise<void> {
    await this.stage.step(`clients write for ${minutes} min`, () => this.stage.cloud.clock.pass(minutes * 60_000), () => [`${this.client.promised().length} transactions promised`]);
  }

  async request(place: Place, request: FailoverRequest): Promise<{ readonly executionArn: string | null; readonly operationId: string | null; readonly status: string }> {
    return this.stage.invoke(place, this.nameIn(place, 'request-failover'), request);
  }

  async answer(place: Place, answer: ApprovalAnswer): Promise<void> {
    await this.stage.invoke(place, this.nameIn(place, 'answer-approval'), answer);
  }

  /** Moves to the region in an orderly manner, and fails the scenario unless that succeeds. */
  async moveTo(place: Place): Promise<ConclusionView['conclusion']['report']> {
    const outcome = await this.stage.step(
      `planned failover to ${place.region}`,
      async () => {
        const { executionArn } = await this.request(place, { kind: 'planned', requestedBy: 'operator', reason: 'rehearsal' });
        return this.stage.executionEnd(place, executionArn ?? '');
      },
      ({ status, error, cause }) => [error ? `${status} with ${error}: ${cause ?? ''}` : status],
    );
    return this.succeeded(outcome);
  }

  succeeded({ status, output, cause, error }: ExecutionOutcome): ConclusionView['conclusion']['report'] {
    this.stage.check(status === 'SUCCEEDED', 'the failover succeeded', ...(error ? [`${error}: ${cause ?? ''}`] : []));
    const { report } = (output as ConclusionView).conclusion;
    const steps = Object.entries(report.steps).map(([step, { seconds, budgetSeconds }]) => `${step} ${seconds} s of ${budgetSeconds} s`);
    this.stage.note('report', ...steps, `out of service ${report.recoveryTimeSeconds ?? 0} s, work lost at most ${report.recoveryPointSeconds ?? 0} s`);
    return report;
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

  failoverEnd(place: Place, operationId: string): Promise<ExecutionOutcome> {
    return this.stage.executionEnd(place, `${this.stateMachineArn(place, 'failover').replace(':stateMachine:', ':execution:')}:${operationId}`);
  }

  /** The lost region comes back with its database as it was, and must take no write. */
  async primaryReturns(): Promise<void> {
    const { stage } = this;
    const before = await stage.cloud.regions.restore(this.primary.region).then(() => this.addressOf(this.primary));
    await stage.step(`${this.primary.region} comes back, and five minutes pass`, () => stage.cloud.clock.pass(5 * 60_000));
    const written = await this.client.sendTo(before);
    stage.check(written.promised === undefined, `the old primary refuses a client that still goes there`);
  }

  /** The load balancer of a region, by the name in its environment. */
  private async addressOf(place: Place): Promise<string> {
    const { Configuration } = await this.stage.client(LambdaClient, place).send(new GetFunctionCommand({ FunctionName: this.nameIn(place, 'check-service') }));
    const name = Configuration?.Environment?.Variables?.['LOAD_BALANCER'] ?? '';
    const [address = ''] = this.stage.cloud.services.compute.fabric.viewOf({ kind: 'internet', name: 'client', region: this.config.witnessRegion }).resolve(name);
    return address;
  }

  private stateMachineArn({ account, region }: Place, name: string): string {
    return `arn:aws:states:${region}:${account}:stateMachine:${this.nameIn({ account, region }, name)}`;
  }

  /** Makes the region that lost its role a standby again. */
  async rebuild(place: Place): Promise<void> {
    const { stage } = this;
    const outcome = await stage.step(`make ${place.region} a standby again`, async () => {
      const { executionArn } = await stage.client(SFNClient, place).send(new StartExecutionCommand({ stateMachineArn: this.stateMachineArn(place, 'rebuild'), input: JSON.stringify({ mode: 'rebuild' }) }));
      return stage.executionEnd(place, executionArn ?? '');
    });
    stage.check(outcome.status === 'SUCCEEDED', `${place.region} replicates again`, ...(outcome.error ? [`${outcome.error}: ${outcome.cause ?? ''}`] : []));
  }

  /** The numbers of all transactions in the region's database, or in one that was kept. */
  async transactionsIn(place: Place, instance = this.instance): Promise<readonly number[]> {
    return this.query(place, instance, async (client) => (await client.query<{ number: string }>('SELECT number FROM app.transactions ORDER BY number')).rows.map(({ number }) => Number(number)));
  }

  get instance(): string {
    return `warm-standby-${this.config.name}`;
  }

  /** As the database's administrator at the machine itself, past the network. */
  async query<T>(place: Place, instance: string, work: (client: Client) => Promise<T>): Promise<T> {
    const { cloud } = this.stage;
    const { DBInstances: [found] = [] } = await this.stage.client(RDSClient, place).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance }));
    const host = found?.Endpoint?.Address ?? '';
    const { SecretString } = await this.stage.client(SecretsManagerClient, place).send(new GetSecretValueCommand({ SecretId: `warm-standby/${this.config.name}/admin` }));
    const { username, password } = JSON.parse(SecretString ?? '{}') as { username: string; password: string };
    const client = new Client({ host: '127.0.0.1', port: cloud.services.compute.fabric.localPortNamed(host, 5432) ?? 0, user: username, password, database: this.config.database.name, ssl: { ca: cloud.certificates.certificatePem, servername: host } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Fails the scenario unless the region's database has every transaction that a client was promised. */
  async checkNothingLost(place: Place): Promise<void> {
    const lost = await this.lostIn(place);
    this.stage.check(lost.length === 0, `all ${this.client.promised().length} promised transactions are in ${place.region}`, ...(lost.length > 0 ? [`lost: ${lost.join(', ')}`] : []));
  }

  /** Promised to a client and not in the region's database. */
  async lostIn(place: Place): Promise<readonly number[]> {
    const present = new Set(await this.transactionsIn(place));
    return this.client.promised().filter((number) => !present.has(number));
  }
}
