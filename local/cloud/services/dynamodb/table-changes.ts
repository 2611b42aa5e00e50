import type { AttributeDefinition, CreateTableCommandInput, GlobalSecondaryIndex, UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { Principal } from '../../gateway/principal';
import type { Call, Place } from '../../gateway/service';
import { tagMap } from '../../gateway/tags';
import type { DynaliteEngine } from './dynalite-engine';
import { tableArn, type Table, type TableState } from './table';
import type { TableEncryptions } from './table-encryption';
import type { TableReplication } from './table-replication';
import { toWire } from './wire-form';

/** How long tables take, in cloud time. AWS names no times; small tables take some seconds. */
const DURATION_MS = { create: 10_000, update: 15_000, addIndex: 5 * 60_000, delete: 5_000 };

type TableDefinition = Omit<CreateTableCommandInput, 'TableName'> & { readonly TableName: string };

/** Creates, changes and deletes tables: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html#DDB-Type-TableDescription-TableStatus */
export class TableChanges {
  constructor(
    private readonly state: TableState,
    private readonly encryption: TableEncryptions,
    private readonly replication: TableReplication,
    private readonly context: CloudContext,
  ) {}

  async create(definition: TableDefinition, owner: Place & { readonly principal: Principal }): Promise<Table> {
    const { TableName: name } = definition;
    const { tables, engine } = this.state.in(owner);
    if (tables.has(name)) throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    const encryption = await this.encryption.create(definition.SSESpecification, name, owner);
    await engine.exclusive(() => createInEngine(engine, definition));
    const table = newTable(definition, owner, encryption, this.context.clock.now());
    tables.set(name, table);
    this.arrive(table, 'CREATING', DURATION_MS.create);
    return table;
  }

  async update(table: Table, input: UpdateTableCommandInput, call: Call): Promise<void> {
    if (table.status !== 'ACTIVE') throw new AwsError('ResourceInUseException', `Attempt to change a resource which is still in use: Table is being ${table.status.toLowerCase()}: ${table.name}`);
    const { GlobalSecondaryIndexUpdates: indexes, BillingMode, ProvisionedThroughput } = input;
    if (indexes) await this.changeIndexes(table, input);
    if (BillingMode) table.billingMode = BillingMode;
    if (ProvisionedThroughput) table.throughput = { read: ProvisionedThroughput.ReadCapacityUnits ?? 0, write: ProvisionedThroughput.WriteCapacityUnits ?? 0 };
    if (input.TableClass) table.tableClass = input.TableClass;
    if (input.StreamSpecification) table.stream = input.StreamSpecification;
    if (input.DeletionProtectionEnabled !== undefined) table.deletionProtected = input.DeletionProtectionEnabled;
    if (input.SSESpecification) table.encryption = await this.encryption.create(input.SSESpecification, table.name, { account: table.account, region: table.region, principal: call.principal });
    for (const { Create, Delete } of input.ReplicaUpdates ?? []) {
      if (Create?.RegionName) await this.addReplica(table, Create.RegionName, Create.KMSMasterKeyId, call);
      if (Delete?.RegionName) this.removeReplica(table, Delete.RegionName);
    }
    this.arrive(table, 'UPDATING', indexes ? DURATION_MS.addIndex : DURATION_MS.update);
  }

  async delete(table: Table): Promise<void> {
    if (table.deletionProtected) {
      throw new AwsError('ValidationException', 'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.', { status: 400 });
    }
    if (table.status !== 'ACTIVE') throw new AwsError('ResourceInUseException', `Attempt to change a resource which is still in use: Table is being ${table.status.toLowerCase()}: ${table.name}`);
    table.status = 'DELETING';
    for (const region of table.replicaRegions) this.state.find(table.name, { account: table.account, region })?.replicaRegions.delete(table.region);
    const { engine, tables } = this.state.in(table);
    await engine.exclusive(async () => {
      await engine.run('DeleteTable', { TableName: table.name });
      await engine.settled(table.name);
    });
    this.context.clock.after(DURATION_MS.delete, () => tables.delete(table.name));
  }

  private arrive(table: Table, during: 'CREATING' | 'UPDATING', delayMs: number): void {
    table.status = during;
    this.context.clock.after(delayMs, () => {
      if (table.status === during) table.status = 'ACTIVE';
    });
  }

  /** The engine cannot change indexes, so that it gets the table anew, with its items. */
  private async changeIndexes(table: Table, { AttributeDefinitions, GlobalSecondaryIndexUpdates = [] }: UpdateTableCommandInput): Promise<void> {
    const deleted = new Set(GlobalSecondaryIndexUpdates.map(({ Delete }) => Delete?.IndexName));
    const added = GlobalSecondaryIndexUpdates.flatMap(({ Create }) => Create ?? []);
    const globalIndexes = [...table.globalIndexes.filter(({ IndexName }) => !deleted.has(IndexName)), ...added];
    const attributes = merged(table.attributes, AttributeDefinitions ?? []);
    const { engine } = this.state.in(table);
    await engine.exclusive(async () => {
      const items = await engine.scanAll(table.name);
      await engine.run('DeleteTable', { TableName: table.name });
      await engine.settled(table.name);
      await createInEngine(engine, { ...definitionOf(table), AttributeDefinitions: inUse(attributes, table, globalIndexes), GlobalSecondaryIndexes: nonEmpty(globalIndexes) });
      for (const Item of items) await engine.run('PutItem', { TableName: table.name, Item });
    });
    table.globalIndexes = globalIndexes;
    table.attributes = inUse(attributes, table, globalIndexes);
  }

  /** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html */
  private async addReplica(table: Table, region: string, kmsKeyId: string | undefined, { principal }: Call): Promise<void> {
    if (!table.stream?.StreamEnabled) throw new AwsError('ValidationException', 'Table must have a stream with NEW_AND_OLD_IMAGES to get a replica.', { status: 400 });
    const definition: TableDefinition = {
      ...definitionOf(table),
      StreamSpecification: table.stream,
      SSESpecification: table.encryption && { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKeyId },
    };
    const replica = await this.create(definition, { account: table.account, region, principal });
    const members = [...table.replicaRegions, region].flatMap((each) => this.state.find(table.name, { account: table.account, region: each }) ?? []);
    for (const member of members) for (const { region: each } of members) member.replicaRegions.add(each);
    await this.replication.fill(table, replica.region);
  }

  private removeReplica(table: Table, region: string): void {
    const replica = this.state.find(table.name, { account: table.account, region });
    for (const each of table.replicaRegions) this.state.find(table.name, { account: table.account, region: each })?.replicaRegions.delete(region);
    if (replica) this.context.clock.after(DURATION_MS.delete, () => this.state.in(replica).tables.delete(table.name));
  }
}

function newTable(definition: TableDefinition, { account, region }: Place, encryption: Table['encryption'], createdAt: Date): Table {
  return {
    account,
    region,
    name: definition.TableName,
    arn: tableArn(definition.TableName, { account, region }),
    id: randomUUID(),
    createdAt,
    keySchema: definition.KeySchema ?? [],
    attributes: definition.AttributeDefinitions ?? [],
    localIndexes: definition.LocalSecondaryIndexes ?? [],
    globalIndexes: definition.GlobalSecondaryIndexes ?? [],
    status: 'CREATING',
    billingMode: definition.BillingMode ?? 'PROVISIONED',
    throughput: { read: definition.ProvisionedThroughput?.ReadCapacityUnits ?? 0, write: definition.ProvisionedThroughput?.WriteCapacityUnits ?? 0 },
    tableClass: definition.TableClass,
    stream: definition.StreamSpecification,
    deletionProtected: definition.DeletionProtectionEnabled ?? false,
    encryption,
    timeToLive: undefined,
    recovery: undefined,
    policy: definition.ResourcePolicy === undefined ? undefined : { document: definition.ResourcePolicy, revision: randomUUID() },
    tags: tagMap(definition.Tags),
    replicaRegions: new Set([region]),
  };
}

/** The part of a definition that is about items: all that the engine knows. */
async function createInEngine(engine: DynaliteEngine, definition: TableDefinition): Promise<void> {
  const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, BillingMode, ProvisionedThroughput } = definition;
  await engine.run('CreateTable', toWire('CreateTable', { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, BillingMode, ProvisionedThroughput }));
  await engine.settled(TableName);
}

function definitionOf(table: Table): TableDefinition {
  return {
    TableName: table.name,
    AttributeDefinitions: [...table.attributes],
    KeySchema: [...table.keySchema],
    GlobalSecondaryIndexes: nonEmpty(table.globalIndexes),
    LocalSecondaryIndexes: nonEmpty(table.localIndexes),
    BillingMode: table.billingMode,
    ProvisionedThroughput: table.billingMode === 'PROVISIONED' ? { ReadCapacityUnits: table.throughput.read, WriteCapacityUnits: table.throughput.write } : undefined,
  };
}

function nonEmpty<Item>(items: readonly Item[]): Item[] | undefined {
  return items.length > 0 ? [...items] : undefined;
}

function merged(before: readonly AttributeDefinition[], changes: readonly AttributeDefinition[]): readonly AttributeDefinition[] {
  return [...new Map([...before, ...changes].map((attribute) => [attribute.AttributeName, attribute])).values()];
}

/** Definitions are for the attributes of keys only, and DynamoDB refuses any others. */
function inUse(attributes: readonly AttributeDefinition[], { keySchema, localIndexes }: Table, globalIndexes: readonly GlobalSecondaryIndex[]): AttributeDefinition[] {
  const schemas = [keySchema, ...localIndexes.map(({ KeySchema = [] }) => KeySchema), ...globalIndexes.map(({ KeySchema = [] }) => KeySchema)];
  const names = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  return attributes.filter(({ AttributeName }) => names.has(AttributeName));
}
