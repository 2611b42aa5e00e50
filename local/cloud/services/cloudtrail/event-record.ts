import { createHash } from 'node:crypto';
import type { Event } from '@aws-sdk/client-cloudtrail';
import type { CallRecord } from '../../gateway/call-log';
import { parseArn } from '../../gateway/arn';

/** Calls about data, which a trail has only where its selectors ask for them: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html */
const DATA_CALLS: Readonly<Record<string, RegExp>> = {
  s3: /Object|Multipart|UploadPart/,
  dynamodb: /Item|Query|Scan|Transact/,
  lambda: /^Invoke/,
  sqs: /Message/,
  sns: /^Publish/,
  logs: /^PutLogEvents$/,
  monitoring: /^(PutMetricData|GetMetricData)$/,
  xray: /^Put/,
};
/** Services whose event source is not their signing name. */
const SOURCES: Readonly<Record<string, string>> = { monitoring: 'monitoring', elasticloadbalancing: 'elasticloadbalancing', servicequotas: 'servicequotas' };

/** Whether a call manages resources, as opposed to reading and writing what is in them. */
export function isManagementCall({ service, operation }: CallRecord): boolean {
  return !DATA_CALLS[service]?.test(operation);
}

/** The call as a log file has it; parameters are left out. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function recordOf(call: CallRecord): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(call),
    eventTime: call.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: sourceOf(call),
    eventName: call.operation,
    awsRegion: call.region,
    ...(call.outcome !== 'ok' && { errorCode: call.outcome }),
    requestParameters: null,
    responseElements: null,
    requestID: call.requestId,
    eventID: eventIdOf(call),
    readOnly: isReadOnly(call),
    eventType: 'AwsApiCall',
    managementEvent: isManagementCall(call),
    recipientAccountId: call.account,
    eventCategory: isManagementCall(call) ? 'Management' : 'Data',
    ...(call.vpcEndpointId !== undefined && { vpcEndpointId: call.vpcEndpointId }),
  };
}

/** The call as LookupEvents shows it. */
export function eventOf(call: CallRecord): Event {
  return {
    EventId: eventIdOf(call),
    EventName: call.operation,
    EventSource: sourceOf(call),
    EventTime: call.at,
    ReadOnly: String(isReadOnly(call)),
    Username: call.caller,
    Resources: [],
    CloudTrailEvent: JSON.stringify(recordOf(call)),
  };
}

function sourceOf({ service }: CallRecord): string {
  return `${SOURCES[service] ?? service}.amazonaws.com`;
}

function isReadOnly({ operation }: CallRecord): boolean {
  return /^(Describe|Get|List|Head|Lookup|BatchGet|Query|Scan)/.test(operation);
}

function eventIdOf({ requestId, operation }: CallRecord): string {
  const digest = createHash('sha256').update(`${requestId} ${operation}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function identityOf({ principal, account, via }: CallRecord): Record<string, unknown> {
  const arn = parseArn(principal);
  if (!arn) return { type: 'AWSService', invokedBy: principal };
  if (arn.resource === 'root') return { type: 'Root', principalId: account, arn: principal, accountId: account };
  const [, roleName, sessionName] = /^assumed-role\/(.+)\/([^/]+)$/.exec(arn.resource) ?? [];
  return {
    type: 'AssumedRole',
    arn: principal,
    accountId: arn.account,
    sessionContext: { sessionIssuer: { type: 'Role', userName: roleName, accountId: arn.account, arn: `arn:aws:iam::${arn.account}:role/${roleName ?? ''}` } },
    principalId: sessionName,
    ...(via !== undefined && { invokedBy: via }),
  };
}
