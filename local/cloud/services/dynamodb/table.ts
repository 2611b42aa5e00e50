import type {
  AttributeDefinition,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  StreamSpecification,
  TableClass,
} from '@aws-sdk/client-dynamodb';
import { parseArn, regionalArn } from '../../gateway/arn';
import { AwsError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import { PerRegion, type Place } from '../../gateway/service';
import { DynaliteEngine } from './dynalite-engine';

export type TableStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';

/** A data key protects the table, and a KMS key protects the data key. */
export interface TableEncryption {
  readonly keyArn: string;
  readonly encryptedTableKey: Uint8Array;
}

export interface TimeToLive {
  readonly attributeName: string;
  status: 'ENABLING' | 'ENABLED' | 'DISABLING' | 'DISABLED';
  readonly changedAtMs: number;
  /** The next time at which expired items are looked for. */
  sweep: { readonly atMs: number; readonly timer: Timer } | undefined;
}

/** A table with everything about it but its items. */
export interface Table extends Place {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly keySchema: readonly KeySchemaElement[];
  readonly localIndexes: readonly LocalSecondaryIndex[];
  attributes: readonly AttributeDefinition[];
  globalIndexes: readonly GlobalSecondaryIndex[];
  status: TableStatus;
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  throughput: { readonly read: number; readonly write: number };
  tableClass: TableClass | undefined;
  stream: StreamSpecification | undefined;
  deletionProtected: boolean;
  encryption: TableEncryption | undefined;
  timeToLive: TimeToLive | undefined;
  recovery: { readonly since: Date; readonly periodDays: number } | undefined;
  policy: { readonly document: string; readonly revision: string } | undefined;
  tags: Record<string, string>;
  /** Regions that share the table's items. */
  readonly replicaRegions: Set<string>;
}

interface RegionState {
  readonly tables: Map<string, Table>;
  readonly engine: DynaliteEngine;
}

/** Tables of all accounts and regions, each with its own engine. */
export class TableState {
  private readonly regions = new PerRegion((place): RegionState => ({ tables: new Map(), engine: new DynaliteEngine(place) }));

  in(place: Place): RegionState {
    return this.regions.in(place);
  }

  find(nameOrArn: string | undefined, place: Place): Table | undefined {
    const { account, region, name } = readTableName(nameOrArn, place);
    return region === place.region ? this.in({ account, region }).tables.get(name) : undefined;
  }

  /** The table of a request about tables. */
  named(nameOrArn: string | undefined, place: Place): Table {
    const table = this.find(nameOrArn, place);
    if (!table) throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${readTableName(nameOrArn, place).name} not found`);
    return table;
  }

  /** The table of a request about items, which a table has only while it is there as a whole. */
  inUse(nameOrArn: string | undefined, place: Place): Table {
    const table = this.find(nameOrArn, place);
    if (!table || table.status === 'CREATING' || table.status === 'DELETING') throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  async close(): Promise<void> {
    await Promise.all(this.regions.all().map(([, { engine }]) => engine.close()));
  }
}

/** Takes a `TableName` apart, which may be the ARN of a table or index. */
export function readTableName(nameOrArn: string | undefined, { account, region }: Place): Place & { readonly name: string } {
  const text = nameOrArn ?? '';
  const arn = parseArn(text);
  const name = /^table\/([^/]+)/.exec(arn?.resource ?? '')?.[1];
  return arn && name !== undefined ? { account: arn.account, region: arn.region, name } : { account, region, name: text };
}

export function tableArn(nameOrArn: string | undefined, place: Place): string {
  const { account, region, name } = readTableName(nameOrArn, place);
  return regionalArn('dynamodb', { account, region }, `table/${name}`);
}

/** The names of the attributes that make up the key, partition key first. */
export function keyNames({ keySchema }: Pick<Table, 'keySchema'>): readonly string[] {
  const named = (type: string) => keySchema.filter(({ KeyType }) => KeyType === type).map(({ AttributeName = '' }) => AttributeName);
  return [...named('HASH'), ...named('RANGE')];
}
