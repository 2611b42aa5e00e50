import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Binding } from '../run/statement-context';
import type { QueryRequest } from './query-runner';

export type Json = Readonly<Record<string, unknown>>;

/** Reads a JSON body, gzipped or not: the driver promises gzip and sends plain text (snowflake-sdk 3.3.0, http/base.js). */
export async function readJson(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  if (raw.length === 0) return {};
  const text = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  const parsed: unknown = JSON.parse(text.toString());
  return typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {};
}

/** Takes from a query request what running it needs. */
export function readQueryRequest(body: Json, requestId: string): QueryRequest {
  const bindings = new Map<number, Binding>();
  for (const [index, binding] of Object.entries((body.bindings ?? {}) as Record<string, Binding>)) bindings.set(Number(index), binding);
  return {
    requestId,
    sqlText: typeof body.sqlText === 'string' ? body.sqlText : '',
    bindings,
    bindStage: typeof body.bindStage === 'string' ? body.bindStage : undefined,
    describeOnly: body.describeOnly === true,
    parameters: (body.parameters ?? {}) as Record<string, unknown>,
  };
}

/** The token of `Authorization: Snowflake Token="..."`. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /Token="([^"]*)"/.exec(request.headers.authorization ?? '')?.[1];
}
