import { randomBytes } from 'node:crypto';
import { GetSamplingRulesCommand, GetSamplingTargetsCommand, PutTelemetryRecordsCommand, PutTraceSegmentsCommand } from '@aws-sdk/client-xray';
import { AwsError } from '../../gateway/aws-error';
import type { CloudContext } from '../../gateway/cloud-context';
import type { ServiceRoles } from '../../gateway/service-role';
import type { MachineExecution } from './states-state';

/**
 * Sends the trace of an execution that has ended, with the state machine's role.
 *
 * As on AWS, an execution does not notice when its role may not. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
 */
export async function sendTrace(context: CloudContext, roles: ServiceRoles, { machine, revision, run }: MachineExecution): Promise<void> {
  if (!revision.isTraced) return;
  const { account, region, arn, name } = machine;
  const startSeconds = run.startDate.getTime() / 1000;
  const segment = {
    id: randomBytes(8).toString('hex'),
    trace_id: `1-${Math.floor(startSeconds).toString(16)}-${randomBytes(12).toString('hex')}`,
    name,
    origin: 'AWS::StepFunctions::StateMachine',
    start_time: startSeconds,
    end_time: (run.stopDate ?? context.clock.now()).getTime() / 1000,
    fault: run.status !== 'SUCCEEDED',
  };
  try {
    const role = await roles.clientOf({ roleArn: revision.roleArn, sourceArn: arn, sessionName: name, place: { account, region } });
    await role.send(new GetSamplingRulesCommand({}));
    await role.send(new GetSamplingTargetsCommand({ SamplingStatisticsDocuments: [] }));
    await role.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(segment)] }));
    await role.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [] }));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
