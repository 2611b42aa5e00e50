import type { UnrehearsedAction } from './permission-use';

/** What AWS does with every system's roles out of sight of its APIs. */
export const OUT_OF_SIGHT: readonly UnrehearsedAction[] = [
  { role: '-states', action: 'logs:*', because: 'Step Functions sets its log delivery up with them: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html' },
  { role: 'Netw', action: 'logs:*', because: 'the network writes its flow logs with them: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html' },
  { role: '', action: 'ec2:DeleteNetworkInterface', because: 'Lambda removes network interfaces when the function is deleted: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html' },
];
