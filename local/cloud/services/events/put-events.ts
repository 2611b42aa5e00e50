import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../gateway/aws-error';
import type { Access, Call, Operations } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import type { EventRouter } from './event-router';
import { busArn, type CloudEvent, type EventsState } from './events-state';
import type { ForwardedEvents } from './forwarded-events';

/** 256 KiB a request. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MOST_BYTES = 262_144;

/** `PutEvents`: entries succeed and fail one by one. */
export function putEventsOperation(state: EventsState, router: EventRouter, forwarded: ForwardedEvents): Operations<typeof sdk> {
  const access = ({ EventBusName, Source = '', DetailType = '' }: sdk.PutEventsRequestEntry, call: Call): Access => {
    const bus = state.findBus(call, EventBusName);
    return {
      resource: busArn(call, EventBusName),
      context: { 'events:source': Source, 'events:detail-type': DetailType, ...resourceTagContext(bus?.tags ?? {}) },
      ...(bus && { policy: { kind: 'ordinary' as const, account: bus.account, document: bus.policy } }),
    };
  };
  const put = (entry: sdk.PutEventsRequestEntry, call: Call): sdk.PutEventsResultEntry => {
    const passing = forwarded.take(entry.TraceHeader);
    const refusal = passing ? undefined : refusalOf(entry);
    if (refusal) return refusal;
    const bus = state.findBus(call, entry.EventBusName);
    const event: CloudEvent = passing ?? {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType ?? '',
      source: entry.Source ?? '',
      account: call.account,
      time: entry.Time?.toISOString().replace(/\.\d+Z$/, 'Z') ?? router.now(),
      region: call.region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(entry.Detail ?? '{}'),
    };
    // Events to a bus that does not exist are accepted and go nowhere, as on AWS.
    if (bus) router.route(bus, event);
    return { EventId: event.id };
  };
  return {
    PutEvents: {
      access: ({ Entries = [] }, call) => Entries.map((entry) => access(entry, call)),
      run: ({ Entries: entries = [] }, call) => {
        if (entries.length < 1 || entries.length > 10) throw new AwsError('ValidationException', `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10, not ${entries.length}`, { status: 400 });
        const bytes = entries.reduce((total, { Source = '', DetailType = '', Detail = '', Resources = [] }) => total + Buffer.byteLength(Source + DetailType + Detail + Resources.join('')), 0);
        if (bytes > MOST_BYTES) throw new AwsError('ValidationException', `Total size of the entries in the request is over the limit.`, { status: 400 });
        const Entries = entries.map((entry) => put(entry, call));
        return { Entries, FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
      },
    },
  };
}

function refusalOf({ Source, DetailType, Detail }: sdk.PutEventsRequestEntry): sdk.PutEventsResultEntry | undefined {
  const missing = Object.entries({ Source, DetailType, Detail }).find(([, value]) => value === undefined || value === '')?.[0];
  if (missing !== undefined) return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.` };
  if (Source?.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  try {
    const parsed: unknown = JSON.parse(Detail ?? '');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return undefined;
  } catch {
    // Falls through to the same answer: it is no JSON object either.
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}
