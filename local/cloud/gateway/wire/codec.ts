import { problemsOf } from './conformance';
import type { HttpRequest, HttpResponse } from './http-message';
import { readJson, writeJson } from './json';
import { readQuery } from './query';
import { findRestOperation, readRestInput, writeRestOutput } from './rest';
import type { OperationModel, ServiceModel } from './service-model';
import { escapeXml, writeXmlElement, writeXmlMembers } from './xml';
import type { Structure } from './shape';
import { AwsError } from '../aws-error';

/** What a request asks for. */
export interface DecodedRequest {
  readonly operation: OperationModel;
  readonly input: Structure;
}

/** Decodes a request of the service from its wire form alone; what the model does not know is refused as AWS would. */
export function decodeRequest(model: ServiceModel, request: HttpRequest): DecodedRequest {
  const operation = findOperation(model, request);
  if (!operation) throw new AwsError('UnknownOperationException', `${model.name} has no operation for ${request.method} ${request.path}`, { status: 404 });
  const input = readInput(model, operation, request);
  const problems = problemsOf(operation.input, input);
  if (problems.length > 0) throw new AwsError(validationErrorOf(model), `${operation.name}: ${problems.join('; ')}`);
  return { operation, input };
}

/**
 * Encodes the output of an operation.
 *
 * An output that the model does not allow is a defect of the local cloud, not an answer: it throws.
 */
export function encodeOutput(model: ServiceModel, operation: OperationModel, output: Structure, requestId: string): HttpResponse {
  const problems = operation.output.isUnitSchema() ? [] : problemsOf(operation.output, output);
  if (problems.length > 0) throw new Error(`the answer to ${model.name}:${operation.name} breaks the API's model: ${problems.join('; ')}`);
  const { status, headers, body } = writeOutput(model, operation, output, requestId);
  return { status, headers: { ...headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId }, body };
}

/** Encodes an error under the code and status that the service's model gives it. */
export function encodeError(model: ServiceModel | undefined, error: AwsError, requestId: string): HttpResponse {
  const declared = model?.errors.get(error.code);
  const status = error.status ?? declared?.status ?? 400;
  const code = declared?.code ?? error.code;
  const headers = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
  switch (model?.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'restJson1': {
      const members = declared ? (writeJson(declared.shape, error.details, 'member') as Structure) : error.details;
      const body = JSON.stringify({ __type: error.code, message: error.message, Message: error.message, ...members });
      const queryCompatible: Record<string, string> = model.isQueryCompatible ? { 'x-amzn-query-error': `${code};Sender` } : {};
      return { status, headers: { ...headers, ...queryCompatible, 'content-type': jsonTypeOf(model), 'x-amzn-errortype': error.code }, body };
    }
    case 'ec2Query': {
      const body = `<Response><Errors><Error>${errorElements(code, error)}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
      return { status, headers: { ...headers, 'content-type': 'text/xml' }, body };
    }
    default: {
      const isS3 = model?.name === 's3';
      const inner = isS3
        ? `<Error>${errorElements(code, error)}<RequestId>${requestId}</RequestId></Error>`
        : `<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${errorElements(code, error)}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status, headers: { ...headers, 'content-type': 'text/xml' }, body: inner };
    }
  }
}

function errorElements(code: string, error: AwsError): string {
  return `<Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message>`;
}

function findOperation(model: ServiceModel, request: HttpRequest): OperationModel | undefined {
  switch (model.protocol) {
    case 'awsQuery':
    case 'ec2Query':
      return model.operations.get(formOf(request).get('Action') ?? '');
    case 'awsJson1_0':
    case 'awsJson1_1':
      return model.operations.get(request.headers['x-amz-target']?.split('.').pop() ?? '');
    case 'restJson1':
    case 'restXml':
      return findRestOperation(model, request);
  }
}

function readInput(model: ServiceModel, operation: OperationModel, request: HttpRequest): Structure {
  switch (model.protocol) {
    case 'awsQuery':
    case 'ec2Query':
      return readQuery(operation.input, formOf(request), model.protocol);
    case 'awsJson1_0':
    case 'awsJson1_1':
      return (readJson(operation.input, parseJson(request.body), 'member') ?? {}) as Structure;
    case 'restJson1':
    case 'restXml':
      return readRestInput(model, operation, request);
  }
}

function writeOutput(model: ServiceModel, operation: OperationModel, output: Structure, requestId: string): HttpResponse {
  const { name, output: shape } = operation;
  switch (model.protocol) {
    case 'awsQuery': {
      const result = shape.isUnitSchema() ? '' : writeXmlElement(`${name}Result`, shape, output);
      const body = `<${name}Response xmlns="${model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    }
    case 'ec2Query': {
      const result = shape.isUnitSchema() ? '<return>true</return>' : writeXmlMembers(shape, output);
      const body = `<${name}Response xmlns="${model.xmlNamespace}"><requestId>${requestId}</requestId>${result}</${name}Response>`;
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    }
    case 'awsJson1_0':
    case 'awsJson1_1': {
      const body = shape.isUnitSchema() ? '{}' : JSON.stringify(writeJson(shape, output, 'member'));
      return { status: 200, headers: { 'content-type': jsonTypeOf(model) }, body };
    }
    case 'restJson1':
    case 'restXml':
      return writeRestOutput(model, operation, output);
  }
}

function formOf({ query, body }: HttpRequest): URLSearchParams {
  return new URLSearchParams([...query, ...new URLSearchParams(body.toString())]);
}

function parseJson(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
}

function jsonTypeOf(model: ServiceModel): string {
  return model.protocol === 'restJson1' ? 'application/json' : `application/x-amz-json-1.${model.protocol === 'awsJson1_0' ? 0 : 1}`;
}

function validationErrorOf(model: ServiceModel): string {
  return model.errors.has('ValidationException') ? 'ValidationException' : 'ValidationError';
}
