import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { pageOf } from '../../gateway/pagination';
import type { Operations } from '../../gateway/service';
import type { MetricSink } from '../cloudwatch/metric-sink';
import { compileFilterPattern } from './filter-pattern/filter-pattern';
import { groupAccess, streamAccess } from './log-access';
import { expireEvents, groupArn, type LogEvent, type LogGroup, type LogsState, type LogStream } from './logs-state';
import { publishMetricsOf } from './metric-filters';

const HOUR_MS = 3_600_000;
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const LIMITS = { events: 10_000, bytes: 1_048_576, bytesPerEvent: 26, oldestMs: 14 * 24 * HOUR_MS, newestMs: 2 * HOUR_MS, spanMs: 24 * HOUR_MS } as const;

/** The operations on log streams and their events. */
export function logEventOperations(state: LogsState, clock: CloudClock, metrics: MetricSink): Operations<typeof sdk> {
  return {
    CreateLogStream: {
      access: ({ logGroupName, logStreamName }, call) => streamAccess(state, call, logGroupName, logStreamName),
      run: ({ logGroupName, logStreamName: name = '' }, call) => {
        const { streams } = state.group(call, logGroupName);
        if (!/^[^:*]{1,512}$/.test(name)) throw new AwsError('InvalidParameterException', `1 validation error detected: Value '${name}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`);
        if (streams.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        streams.set(name, { name, createdAtMs: Math.floor(clock.nowMs()), events: [], lastIngestedAtMs: undefined });
        return {};
      },
    },
    DeleteLogStream: {
      access: ({ logGroupName, logStreamName }, call) => streamAccess(state, call, logGroupName, logStreamName),
      run: ({ logGroupName, logStreamName }, call) => {
        const group = state.group(call, logGroupName);
        group.streams.delete(state.stream(group, logStreamName).name);
        return {};
      },
    },
    DescribeLogStreams: {
      access: ({ logGroupName, logGroupIdentifier }, call) => groupAccess(state, call, logGroupIdentifier ?? logGroupName),
      run: ({ logGroupName, logGroupIdentifier, logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, limit = 50, nextToken }, call) => {
        const group = state.group(call, logGroupIdentifier ?? logGroupName);
        expireEvents(group, clock.nowMs());
        const key = (stream: LogStream) => (orderBy === 'LastEventTime' ? (stream.events.at(-1)?.timestampMs ?? stream.createdAtMs) : stream.name);
        const chosen = [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
        const page = pageOf(descending ? chosen.reverse() : chosen, limit, nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
        return { logStreams: page.items.map((stream) => describeStream(group, stream)), nextToken: page.nextToken };
      },
    },
    PutLogEvents: {
      access: ({ logGroupName, logStreamName }, call) => streamAccess(state, call, logGroupName, logStreamName),
      run: ({ logGroupName, logStreamName, logEvents = [] }, call) => {
        const group = state.group(call, logGroupName);
        const stream = state.stream(group, logStreamName);
        const { accepted, rejected } = ingest(group, stream, logEvents, clock.nowMs());
        publishMetricsOf(group, accepted, metrics);
        return { nextSequenceToken: String(stream.events.length).padStart(56, '0'), ...(rejected && { rejectedLogEventsInfo: rejected }) };
      },
    },
    GetLogEvents: {
      access: ({ logGroupName, logGroupIdentifier, logStreamName }, call) => streamAccess(state, call, logGroupIdentifier ?? logGroupName, logStreamName),
      run: (input, call) => {
        const group = state.group(call, input.logGroupIdentifier ?? input.logGroupName);
        expireEvents(group, clock.nowMs());
        return readStream(state.stream(group, input.logStreamName), input);
      },
    },
    FilterLogEvents: {
      access: ({ logGroupName, logGroupIdentifier }, call) => groupAccess(state, call, logGroupIdentifier ?? logGroupName),
      run: (input, call) => {
        const group = state.group(call, input.logGroupIdentifier ?? input.logGroupName);
        expireEvents(group, clock.nowMs());
        const page = pageOf(search(group, input), input.limit ?? 10_000, input.nextToken);
        if (!page) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
        return { events: [...page.items], searchedLogStreams: [], nextToken: page.nextToken };
      },
    },
  };
}

function ingest(group: LogGroup, stream: LogStream, lines: readonly sdk.InputLogEvent[], nowMs: number): { accepted: readonly LogEvent[]; rejected: sdk.RejectedLogEventsInfo | undefined } {
  if (lines.length === 0 || lines.length > LIMITS.events) throw new AwsError('InvalidParameterException', `Log events per request must be between 1 and ${LIMITS.events}`);
  const bytes = lines.reduce((total, { message = '' }) => total + Buffer.byteLength(message) + LIMITS.bytesPerEvent, 0);
  if (bytes > LIMITS.bytes) throw new AwsError('InvalidParameterException', `Upload too large: ${bytes} bytes exceeds limit of ${LIMITS.bytes}`);
  const times = lines.map(({ timestamp = 0 }) => timestamp);
  if (times.some((time, index) => index > 0 && time < (times[index - 1] ?? 0))) throw new AwsError('InvalidParameterException', 'Log events in a single PutLogEvents request must be in chronological order.');
  if ((times.at(-1) ?? 0) - (times[0] ?? 0) > LIMITS.spanMs) throw new AwsError('InvalidParameterException', 'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');

  const expiredBefore = group.retentionDays === undefined ? -Infinity : nowMs - group.retentionDays * 24 * HOUR_MS;
  const tooOldBefore = nowMs - LIMITS.oldestMs;
  const accepted = lines
    .filter(({ timestamp = 0 }) => timestamp >= Math.max(expiredBefore, tooOldBefore) && timestamp <= nowMs + LIMITS.newestMs)
    .map(({ timestamp = 0, message = '' }): LogEvent => ({ id: newEventId(nowMs), timestampMs: timestamp, ingestedAtMs: Math.floor(nowMs), message }));
  const isInOrder = (stream.events.at(-1)?.timestampMs ?? -Infinity) <= (accepted[0]?.timestampMs ?? Infinity);
  stream.events.push(...accepted);
  if (!isInOrder) stream.events.sort((a, b) => a.timestampMs - b.timestampMs);
  stream.lastIngestedAtMs = Math.floor(nowMs);

  const tooNew = times.findIndex((time) => time > nowMs + LIMITS.newestMs);
  const lastBefore = (limit: number) => times.filter((time) => time < limit).length;
  const rejected: sdk.RejectedLogEventsInfo = {
    ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
    ...(lastBefore(tooOldBefore) > 0 && { tooOldLogEventEndIndex: lastBefore(tooOldBefore) }),
    ...(lastBefore(expiredBefore) > 0 && { expiredLogEventEndIndex: lastBefore(expiredBefore) }),
  };
  return { accepted, rejected: Object.keys(rejected).length > 0 ? rejected : undefined };
}

/** A window over the stream that tokens move forward and back; at an end the token stays the same. */
function readStream(stream: LogStream, { startTime = -Infinity, endTime = Infinity, limit = 10_000, startFromHead = false, nextToken }: sdk.GetLogEventsRequest): sdk.GetLogEventsResponse {
  const events = stream.events.filter(({ timestampMs }) => timestampMs >= startTime && timestampMs < endTime);
  const [, direction, position = ''] = /^([fb])\/(\d+)$/.exec(nextToken ?? '') ?? [];
  if (nextToken !== undefined && direction === undefined) throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  const at = Number(position);
  const forward = direction === 'f' || (direction === undefined && startFromHead);
  const start = forward ? (direction === undefined ? 0 : at) : Math.max(0, (direction === undefined ? events.length : at) - limit);
  const end = forward ? Math.min(events.length, start + limit) : direction === undefined ? events.length : at;
  return {
    events: events.slice(start, end).map(({ timestampMs, message, ingestedAtMs }) => ({ timestamp: timestampMs, message, ingestionTime: ingestedAtMs })),
    nextForwardToken: `f/${String(end).padStart(56, '0')}`,
    nextBackwardToken: `b/${String(start).padStart(56, '0')}`,
  };
}

function search(group: LogGroup, { logStreamNames, logStreamNamePrefix = '', startTime = -Infinity, endTime = Infinity, filterPattern = '' }: sdk.FilterLogEventsRequest): readonly sdk.FilteredLogEvent[] {
  const matches = compileFilterPattern(filterPattern);
  return [...group.streams.values()]
    .filter(({ name }) => (logStreamNames ? logStreamNames.includes(name) : name.startsWith(logStreamNamePrefix)))
    .flatMap((stream) => stream.events.map((event) => ({ stream, event })))
    .filter(({ event }) => event.timestampMs >= startTime && event.timestampMs <= endTime && matches(event.message))
    .sort((a, b) => a.event.timestampMs - b.event.timestampMs)
    .map(({ stream, event }) => ({ logStreamName: stream.name, timestamp: event.timestampMs, message: event.message, ingestionTime: event.ingestedAtMs, eventId: event.id }));
}

function describeStream(group: LogGroup, { name, createdAtMs, events, lastIngestedAtMs }: LogStream): sdk.LogStream {
  return {
    logStreamName: name,
    creationTime: createdAtMs,
    firstEventTimestamp: events[0]?.timestampMs,
    lastEventTimestamp: events.at(-1)?.timestampMs,
    lastIngestionTime: lastIngestedAtMs,
    uploadSequenceToken: String(events.length).padStart(56, '0'),
    arn: `${groupArn(group, group.name)}:log-stream:${name}`,
    storedBytes: 0,
  };
}

function newEventId(nowMs: number): string {
  return `${Math.floor(nowMs)}${BigInt(`0x${randomBytes(16).toString('hex')}`)}`.slice(0, 56);
}
