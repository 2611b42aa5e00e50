import { BUCKET_HEADER } from './s3-addressing';
import type { HttpRequest, HttpResponse } from './http-message';
import { readJson, writeJson } from './json';
import { payloadMemberOf, type HttpBinding, type OperationModel, type ServiceModel } from './service-model';
import { formatText, hasTrait, membersOf, parseText, textTrait, TIMESTAMP, type Shape, type Structure, type Value } from './shape';
import { readXmlDocument, writeXmlElement, writeXmlMembers } from './xml';

/** Finds the operation that a REST request means: the most specific of those whose path, query and headers fit. */
export function findRestOperation(model: ServiceModel, request: HttpRequest): OperationModel | undefined {
  let best: { operation: OperationModel; score: number } | undefined;
  for (const operation of model.operations.values()) {
    const score = operation.http ? fit(operation.http, request) : undefined;
    if (score !== undefined && (!best || score > best.score)) best = { operation, score };
  }
  return best?.operation;
}

function fit(http: HttpBinding, { method, path, query, headers }: HttpRequest): number | undefined {
  if (http.method !== method || !http.pathPattern.test(path)) return undefined;
  if (!http.literals.every(([key, value]) => query.has(key) && (value === undefined || query.get(key) === value))) return undefined;
  if (!http.requiredQuery.every((key) => query.has(key))) return undefined;
  if (!http.requiredHeaders.every((name) => headers[name] !== undefined)) return undefined;
  const literalPath = http.pathPattern.source.replace(/\(.*?\)/g, '').length;
  return literalPath + 1000 * (http.literals.length + http.requiredQuery.length + http.requiredHeaders.length);
}

/** Reads the input of a REST operation from path, query, headers and body. */
export function readRestInput(model: ServiceModel, operation: OperationModel, request: HttpRequest): Structure {
  const input: Structure = { ...readBody(model, operation.input, request), ...readLabels(operation, request.path) };
  for (const [name, member] of membersOf(operation.input)) {
    const bound = readBound(member, request);
    if (bound !== undefined) input[name] = bound;
    if (name === 'Bucket' && request.headers[BUCKET_HEADER] !== undefined) input[name] = request.headers[BUCKET_HEADER];
  }
  return input;
}

function readLabels(operation: OperationModel, path: string): Structure {
  const match = operation.http?.pathPattern.exec(path);
  const shapes = new Map(membersOf(operation.input));
  return Object.fromEntries(
    (operation.http?.labels ?? []).map((label, index) => {
      const text = decodeURIComponent(match?.[index + 1] ?? '');
      const shape = shapes.get(label);
      return [label, shape ? parseText(shape, text) : text];
    }),
  );
}

function readBound(member: Shape, { query, headers }: HttpRequest): Value {
  const queryName = textTrait(member, 'httpQuery');
  if (queryName) {
    if (!query.has(queryName)) return undefined;
    if (member.isListSchema()) return query.getAll(queryName).map((text) => parseText(member.getValueSchema(), text));
    return parseText(member, query.get(queryName) ?? '');
  }
  const headerName = textTrait(member, 'httpHeader')?.toLowerCase();
  if (headerName) {
    const text = headers[headerName];
    if (text === undefined) return undefined;
    if (member.isListSchema()) return text.split(',').map((item) => parseText(member.getValueSchema(), item.trim()));
    return parseText(member, text);
  }
  const prefix = textTrait(member, 'httpPrefixHeaders');
  if (prefix) {
    const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
    return found.length > 0 ? Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value])) : undefined;
  }
  return undefined;
}

function readBody(model: ServiceModel, input: Shape, { body, headers }: HttpRequest): Structure {
  const payload = payloadMemberOf(input);
  if (payload) {
    const [name, member] = payload;
    if (member.isBlobSchema()) return body.length > 0 || headers['content-length'] !== undefined ? { [name]: body } : {};
    if (body.length === 0) return {};
    if (member.isStringSchema()) return { [name]: body.toString() };
    return { [name]: readDocument(model, member, body) };
  }
  return body.length === 0 ? {} : (readDocument(model, input, body) as Structure);
}

function readDocument(model: ServiceModel, shape: Shape, body: Buffer): Value {
  return model.protocol === 'restXml' ? readXmlDocument(shape, body.toString()) : readJson(shape, JSON.parse(body.toString()), 'jsonName');
}

/** Writes the output of a REST operation. */
export function writeRestOutput(model: ServiceModel, operation: OperationModel, output: Structure): HttpResponse {
  const { body, contentType } = writeBody(model, operation, output);
  const headers: Record<string, string> = contentType ? { 'content-type': contentType } : {};
  let status = operation.http?.status ?? 200;
  for (const [name, member] of membersOf(operation.output)) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    const header = textTrait(member, 'httpHeader');
    const prefix = textTrait(member, 'httpPrefixHeaders');
    if (header) headers[header.toLowerCase()] = formatText(member, value, TIMESTAMP.httpDate);
    if (prefix) for (const [key, text] of Object.entries(value as Record<string, string>)) headers[`${prefix}${key}`.toLowerCase()] = text;
    if (hasTrait(member, 'httpResponseCode')) status = Number(value);
  }
  const isPart = headers['content-range'] !== undefined;
  return { status: isPart ? 206 : status, headers, body };
}

function writeBody(model: ServiceModel, { output: shape }: OperationModel, output: Structure): { body: Buffer | string; contentType?: string } {
  if (shape.isUnitSchema()) return { body: '' };
  const payload = payloadMemberOf(shape);
  if (payload) {
    const [name, member] = payload;
    const value = output[name];
    if (value === undefined) return { body: '' };
    if (member.isBlobSchema()) return { body: Buffer.from(value as Uint8Array) };
    if (member.isStringSchema()) return { body: value as string };
    if (model.protocol === 'restJson1') return { body: JSON.stringify(writeJson(member, value, 'jsonName')), contentType: 'application/json' };
    return { body: writeXmlElement(textTrait(member, 'xmlName') ?? member.getName() ?? name, member, value, model.xmlNamespace), contentType: 'application/xml' };
  }
  const inBody = (member: Shape) => !isBoundElsewhere(member);
  const members = membersOf(shape).filter(([, member]) => inBody(member));
  if (model.protocol === 'restXml') {
    if (members.length === 0) return { body: '' };
    const tag = textTrait(shape, 'xmlName') ?? shape.getName() ?? 'Response';
    return { body: `<${tag} xmlns="${model.xmlNamespace}">${writeXmlMembers(shape, output, inBody)}</${tag}>`, contentType: 'application/xml' };
  }
  const written = writeJson(shape, Object.fromEntries(members.map(([name]) => [name, output[name]])), 'jsonName');
  return { body: JSON.stringify(written), contentType: 'application/json' };
}

function isBoundElsewhere(member: Shape): boolean {
  return ['httpHeader', 'httpPrefixHeaders', 'httpResponseCode'].some((trait) => hasTrait(member, trait));
}
