import { RemovalPolicy } from 'aws-cdk-lib';
import { FlowLogDestination, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { permit } from './permission';

export interface RecordFlowsProps {
  readonly vpc: Vpc;
  /** Last part of the log's name. */
  readonly name: string;
  readonly key: IKey;
}

/** Keeps a log of every connection of the network, let through or not. */
export function recordFlows(scope: Construct, { vpc, name, key }: RecordFlowsProps): void {
  const logGroup = new LogGroup(scope, 'FlowLog', { logGroupName: `/holdfast/flow-log/${name}`, retention: RetentionDays.THREE_MONTHS, encryptionKey: key, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
  const role = new Role(scope, 'FlowLogRole', { assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com') });
  permit(role, {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
    resources: [`${logGroup.logGroupArn}:*`],
    because: 'the asterisk stands for the streams of the flow log',
  });
  vpc.addFlowLog('Flows', { destination: FlowLogDestination.toCloudWatchLogs(logGroup, role) });
}
