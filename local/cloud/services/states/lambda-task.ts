import { InvokeCommand } from '@aws-sdk/client-lambda';
import { TaskFailure } from '../../engines/states/failure';
import { isJsonObject, type Json } from '../../engines/states/json';
import type { CloudClient } from '../../gateway/cloud-client';
import type { Service } from '../../gateway/service';
import { taskFailureOf } from './task-failures';

/** The names that Step Functions gives to errors of the Lambda API: those of the first Java SDK. */
const NAMING = { prefix: 'Lambda', unmodelled: 'AWSLambdaException' } as const;

interface Answer {
  readonly statusCode: number;
  readonly executedVersion: string;
  readonly payload: Json;
}

/** A Task whose resource is a function's ARN: its input goes in, the function's result comes out. */
export async function invokeFunction(client: CloudClient, lambda: Service, functionArn: string, input: Json): Promise<Json> {
  return (await invoke(client, lambda, { FunctionName: functionArn, Payload: input })).payload;
}

/** `lambda:invoke`: the answer of the Invoke API with its payload taken apart. */
export async function invokeThroughApi(client: CloudClient, lambda: Service, parameters: Json): Promise<unknown> {
  const { statusCode, executedVersion, payload } = await invoke(client, lambda, isJsonObject(parameters) ? parameters : {});
  return { ExecutedVersion: executedVersion, Payload: payload, StatusCode: statusCode };
}

async function invoke(client: CloudClient, lambda: Service, { FunctionName, Payload, InvocationType, Qualifier, ClientContext }: Readonly<Record<string, Json>>): Promise<Answer> {
  const command = new InvokeCommand({
    FunctionName: FunctionName as string,
    Payload: Buffer.from(JSON.stringify(Payload ?? {})),
    InvocationType: (InvocationType ?? 'RequestResponse') as 'RequestResponse',
    Qualifier: Qualifier as string | undefined,
    ClientContext: ClientContext as string | undefined,
  });
  let answer;
  try {
    answer = await client.send(command);
  } catch (error) {
    throw taskFailureOf(error, lambda, NAMING);
  }
  const text = Buffer.from(answer.Payload ?? '').toString();
  if (answer.FunctionError !== undefined) throw functionFailure(text);
  return { statusCode: answer.StatusCode ?? 200, executedVersion: answer.ExecutedVersion ?? '$LATEST', payload: text === '' ? {} : (JSON.parse(text) as Json) };
}

/** What a function reported becomes the error's name; the whole report its cause. */
function functionFailure(text: string): TaskFailure {
  let type: unknown;
  try {
    type = (JSON.parse(text) as { readonly errorType?: unknown } | null)?.errorType;
  } catch {
    type = undefined;
  }
  return new TaskFailure(typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown', text);
}
