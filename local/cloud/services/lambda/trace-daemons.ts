import { PutTelemetryRecordsCommand, PutTraceSegmentsCommand } from '@aws-sdk/client-xray';
import type { FunctionDeployment } from '../../engines/functions/function-deployment';
import type { InvocationResult } from '../../engines/functions/invocation';
import type { CloudClock } from '../../gateway/clock';
import type { CloudClient } from '../../gateway/cloud-client';
import { functionSegment } from './function-segment';

/** What a daemon has counted since it last reported, and when that was. */
interface Count {
  segments: number;
  reportedMs: number;
}

/**
 * X-Ray's daemon reports what it has counted once a minute, apart from the segments. Here the first report comes at once, so that every
 * role that runs needs the permission, and the others an hour apart: nobody reads them.
 *
 * https://github.com/aws/aws-xray-daemon/blob/master/pkg/telemetry/telemetry.go
 */
const REPORT_INTERVAL_MS = 3_600_000;

/** X-Ray's daemons: one runs beside every instance of a function that is traced. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
export class TraceDaemons {
  /** By the log streams of their instances. */
  private readonly counts = new Map<string, Count>();

  constructor(private readonly clock: CloudClock) {}

  /** Sends the segments of an invocation, and the daemon's report if it is due. */
  async deliver(role: CloudClient, deployment: FunctionDeployment, result: InvocationResult): Promise<void> {
    const documents = [functionSegment(deployment, result), ...result.segments];
    await role.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents }));
    const count = this.counts.get(result.logStream) ?? { segments: 0, reportedMs: -Infinity };
    this.counts.set(result.logStream, count);
    count.segments += documents.length;
    if (this.clock.nowMs() >= count.reportedMs + REPORT_INTERVAL_MS) await this.report(role, count);
  }

  private async report(role: CloudClient, count: Count): Promise<void> {
    const { segments } = count;
    count.segments = 0;
    count.reportedMs = this.clock.nowMs();
    await role.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [{ Timestamp: this.clock.now(), SegmentsReceivedCount: segments, SegmentsSentCount: segments }] }));
  }
}
