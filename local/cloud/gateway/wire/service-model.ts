import { hasTrait, membersOf, requiredMembersOf, shapeOf, textTrait, type Shape } from './shape';

/** The protocols that the AWS APIs of the local cloud speak. */
export type Protocol = 'awsQuery' | 'ec2Query' | 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml';

/** One operation of an AWS API, with everything its wire form needs. */
export interface OperationModel {
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  readonly http: HttpBinding | undefined;
}

/** Where a REST operation lives. */
export interface HttpBinding {
  readonly method: string;
  readonly pathPattern: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that must be there for this operation to be meant, such as `versioning` or `list-type=2`. */
  readonly literals: readonly (readonly [string, string | undefined])[];
  /** Query parameters and headers of required members: how `PutObject` is told from `CopyObject`. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly status: number;
}

/** An error shape: its code on the wire and its HTTP status. */
export interface ErrorModel {
  readonly code: string;
  readonly status: number;
  readonly shape: Shape;
}

/** An AWS API as the SDK's client package declares it. */
export interface ServiceModel {
  /** The name in the SigV4 credential scope; also how the local cloud calls the service. */
  readonly name: string;
  /** The Smithy namespace of its shapes, such as `com.amazonaws.rds`. */
  readonly namespace: string;
  readonly protocol: Protocol;
  /** Whether errors also tell the code that they had when the API still spoke `awsQuery`. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait */
  readonly isQueryCompatible: boolean;
  readonly xmlNamespace: string;
  readonly apiVersion: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

/** A client package of the AWS SDK, as `import * as` gives it. */
export type SdkModule = Readonly<Record<string, unknown>>;

type OperationSchema = readonly [9, string, string, { http?: [string, string, number] } | number, unknown, unknown];
type ErrorSchema = readonly [-3, string, string, { awsQueryError?: [string, number]; httpError?: number } | number];
interface SdkClient {
  readonly config: {
    readonly protocol: unknown;
    readonly protocolSettings?: { readonly xmlNamespace?: string; readonly version?: string; readonly awsQueryCompatible?: boolean };
    readonly signingName?: string;
    readonly defaultSigningName?: string;
    readonly apiVersion: string;
  };
}
type SdkClientClass = new (config: object) => SdkClient;

const KIND = { operation: 9, error: -3 } as const;

/** Reads the model of an AWS API from the schemas that its SDK client package exports. */
export function loadServiceModel(sdk: SdkModule, name: string): ServiceModel {
  const { config } = new (clientClassOf(sdk))({ region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const schemas = Object.entries(sdk).filter(([key, value]) => key.endsWith('$') && Array.isArray(value));
  const operations = new Map<string, OperationModel>();
  const namespace = String((schemas.find(([, schema]) => (schema as readonly unknown[])[0] === KIND.operation)?.[1] as readonly unknown[])[1]);
  const errors = new Map<string, ErrorModel>();
  for (const [, schema] of schemas) {
    const kind = (schema as readonly unknown[])[0];
    if (kind === KIND.operation) addOperation(operations, schema as OperationSchema);
    if (kind === KIND.error) addError(errors, schema as ErrorSchema);
  }
  return {
    name,
    namespace,
    protocol: protocolOf(config.protocol),
    isQueryCompatible: config.protocolSettings?.awsQueryCompatible ?? false,
    xmlNamespace: config.protocolSettings?.xmlNamespace ?? '',
    apiVersion: config.apiVersion,
    operations,
    errors,
  };
}

function clientClassOf(sdk: SdkModule): SdkClientClass {
  const name = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key));
  if (!name) throw new Error('the module exports no SDK client class');
  return sdk[name] as SdkClientClass;
}

function protocolOf(protocol: unknown): Protocol {
  const { getShapeId } = protocol as { getShapeId?: () => string };
  if (!getShapeId) throw new Error('the SDK client has no schema-based protocol');
  const id = getShapeId.call(protocol).split('#')[1] ?? '';
  const known: readonly string[] = ['awsQuery', 'ec2Query', 'awsJson1_0', 'awsJson1_1', 'restJson1', 'restXml'];
  if (!known.includes(id)) throw new Error(`the local cloud does not speak the protocol ${id}`);
  return id as Protocol;
}

function addOperation(operations: Map<string, OperationModel>, [, , name, traits, input, output]: OperationSchema): void {
  const http = typeof traits === 'object' ? traits.http : undefined;
  const inputShape = shapeOf(input);
  operations.set(name, { name, input: inputShape, output: shapeOf(output), http: http && bindHttp(http, inputShape) });
}

function addError(errors: Map<string, ErrorModel>, schema: ErrorSchema): void {
  const [, , name, traits] = schema;
  const declared = typeof traits === 'object' ? traits : {};
  const [code, status] = declared.awsQueryError ?? [name, declared.httpError ?? 400];
  errors.set(name, { code, status, shape: shapeOf(schema) });
}

function bindHttp([method, uri, status]: [string, string, number], input: Shape): HttpBinding {
  const [path = '/', query = ''] = uri.split('?');
  const labels: string[] = [];
  const pattern = path
    .replace(/[.*+?^$()|[\]\\]/g, (character) => (character === '+' ? '+' : `\\${character}`))
    .replace(/\{(\w+)(\+?)\}/g, (_, label: string, greedy: string) => {
      labels.push(label);
      return greedy ? '(.+)' : '([^/]+)';
    });
  const required = new Set(requiredMembersOf(input));
  const bound = membersOf(input).filter(([name]) => required.has(name));
  return {
    method,
    pathPattern: new RegExp(`^${pattern.replace(/\/$/, '')}/?$`),
    labels,
    // `x-id` only names the operation for logs; clients other than the SDK for JavaScript leave it out.
    literals: [...new URLSearchParams(query)].filter(([key]) => key !== 'x-id').map(([key, value]) => [key, value || undefined]),
    requiredQuery: bound.flatMap(([, member]) => textTrait(member, 'httpQuery') ?? []),
    requiredHeaders: bound.flatMap(([, member]) => textTrait(member, 'httpHeader')?.toLowerCase() ?? []),
    status,
  };
}

/** The member that travels as the whole body of a REST message, if there is one. */
export function payloadMemberOf(shape: Shape): readonly [string, Shape] | undefined {
  return membersOf(shape).find(([, member]) => hasTrait(member, 'httpPayload'));
}
