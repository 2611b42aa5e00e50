import { Parameters } from '../common/aws/parameters';
import { defineHandler } from '../common/define-handler';
import { ENV, type ListTablesInput, type ListTablesOutput } from './contract';
import { completeRequest } from './replication-request';
import { readPipelineSettings } from './settings';

export interface ListTablesPorts {
  readonly pipeline: string;
  readonly settingsPath: string;
  readonly parameters: Pick<Parameters, 'readJson' | 'readAllJson'>;
  readonly now: () => Date;
}

/** Checks what an execution was started with, by whomever, and names the tables that it is about. */
export async function listTables({ operationId, request }: ListTablesInput, { pipeline, settingsPath, parameters, now }: ListTablesPorts): Promise<ListTablesOutput> {
  const { limits } = await readPipelineSettings(parameters, settingsPath);
  const complete = await completeRequest({ operationId, ...request }, pipeline, parameters, settingsPath, now());
  return { ...complete, tablesAtOnce: limits.tablesAtOnce, startedAt: now().toISOString() };
}

export const handler = defineHandler('snowflake-replicator/list-tables', listTables, (env) => ({
  pipeline: env.required(ENV.PIPELINE),
  settingsPath: env.required(ENV.SETTINGS_PATH),
  parameters: Parameters.in({ region: env.region }),
  now: () => new Date(),
}));
