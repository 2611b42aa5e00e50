import { createHash, randomUUID } from 'node:crypto';
import type { FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import type { Place } from '../../gateway/service';
import type { Program } from '../../network/program-files';
import { functionArn } from './function-name';
import type { FunctionSettings } from './function-settings';

/** Settings and code that belong together: `$LATEST`, or a published version. Never changed, only replaced. */
export interface FunctionVersion {
  readonly version: string;
  readonly settings: FunctionSettings;
  readonly code: Program;
  readonly modifiedAt: Date;
  readonly revisionId: string;
  /** Network interfaces of a function in a VPC. */
  readonly networkInterfaceIds: readonly string[];
}

/** A name for a version. */
export interface FunctionAlias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly revisionId: string;
}

/** A statement of a function's resource policy, with the qualifier that it guards. */
export interface PolicyStatement {
  readonly sid: string;
  readonly qualifier: string | undefined;
  readonly document: Readonly<Record<string, unknown>>;
}

/** A function as Lambda keeps it. */
export interface LambdaFunction extends Place {
  readonly name: string;
  readonly arn: string;
  latest: FunctionVersion;
  /** What `$LATEST` runs: the previous one while an update is in progress. */
  serving: FunctionVersion;
  readonly versions: FunctionVersion[];
  readonly aliases: Map<string, FunctionAlias>;
  readonly statements: PolicyStatement[];
  readonly eventInvokeConfigs: Map<string, FunctionEventInvokeConfig>;
  tags: Record<string, string>;
  reservedConcurrency: number | undefined;
  state: 'Pending' | 'Active' | 'Failed';
  stateReason: string | undefined;
  lastUpdateStatus: 'InProgress' | 'Successful' | 'Failed';
}

export function newFunction(place: Place, name: string, latest: FunctionVersion, tags: Record<string, string>): LambdaFunction {
  return {
    account: place.account,
    region: place.region,
    name,
    arn: functionArn(place, name),
    latest,
    serving: latest,
    versions: [],
    aliases: new Map(),
    statements: [],
    eventInvokeConfigs: new Map(),
    tags,
    reservedConcurrency: undefined,
    state: 'Pending',
    stateReason: undefined,
    lastUpdateStatus: 'Successful',
  };
}

export function newVersion(parts: Pick<FunctionVersion, 'settings' | 'code' | 'networkInterfaceIds'>, modifiedAt: Date, version = '$LATEST'): FunctionVersion {
  return { ...parts, modifiedAt, version, revisionId: randomUUID() };
}

/** Tells whether two versions would run the same. */
export function contentOf({ settings, code }: FunctionVersion): string {
  return createHash('sha256').update(JSON.stringify([settings, code.sha256])).digest('base64');
}

/** The policy of a function or of one of its qualifiers; none when nobody was ever permitted anything. */
export function policyOf(lambda: LambdaFunction, qualifier?: string): string | undefined {
  const statements = lambda.statements.filter((statement) => statement.qualifier === qualifier);
  return statements.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements.map(({ document }) => document) });
}

/** What becomes of asynchronous invocations under a qualifier, where that was configured. */
export function eventInvokeConfigOf(lambda: LambdaFunction, qualifier = '$LATEST'): FunctionEventInvokeConfig | undefined {
  return lambda.eventInvokeConfigs.get(qualifier);
}
