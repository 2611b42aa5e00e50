import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Place } from '../../local/cloud/gateway/service';
import type { LocalCloud } from '../../local/cloud/local-cloud';

const SCRIPT = join(__dirname, '../conformance/botocore-judge.py');

/** A call by the names of the API: service as boto3 names it, operation, input. */
export type JudgedCall = readonly [service: string, operation: string, input?: object];

export interface Judgement {
  readonly operation: string;
  /** Code of the error that was answered. */
  readonly error: string | null;
  /** Where the answer breaks the model. */
  readonly problems: readonly string[];
}

/** Whether Python with boto3 is installed on this machine. */
export function hasBoto(): boolean {
  return spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
}

/** Makes the calls with boto3 as the account's administrator and returns what botocore's models say of each answer. */
export async function judgedByBotocore(cloud: LocalCloud, place: Place, calls: readonly JudgedCall[]): Promise<readonly Judgement[]> {
  const child = spawn('python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const { accessKeyId, secretAccessKey } = cloud.credentials.administratorOf(place.account);
  child.stdin.end(JSON.stringify({ endpoint: cloud.endpoint, region: place.region, accessKeyId, secretAccessKey, calls: calls.map(([service, operation, input = {}]) => ({ service, operation, input })) }));
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const [exitCode] = (await once(child, 'close')) as [number];
  if (exitCode !== 0) throw new Error(`boto3 ended with ${exitCode}`);
  return JSON.parse(Buffer.concat(output).toString()) as Judgement[];
}
