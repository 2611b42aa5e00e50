import type { Access, Call, Place } from '../../gateway/service';
import { resourceTagContext } from '../../gateway/tags';
import { groupArn, locate, type LogsState } from './logs-state';

/**
 * What IAM is asked about a log group. The ARN that AWS evaluates goes on after the name, which is why policies end in `:*`:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
 */
export function groupAccess(state: LogsState, call: Call, nameOrArn: string | undefined, options: Partial<Pick<Access, 'action' | 'context'>> = {}): readonly Access[] {
  return [accessTo(state, call, nameOrArn, 'log-stream:', options)];
}

/** As `groupAccess`, for one stream. */
export function streamAccess(state: LogsState, call: Call, nameOrArn: string | undefined, stream: string | undefined): readonly Access[] {
  return [accessTo(state, call, nameOrArn, `log-stream:${stream ?? ''}`)];
}

/** The tagging operations name a group by its ARN without an ending. */
export function taggingAccess(state: LogsState, call: Call, arn: string | undefined, context: Access['context'] = {}): readonly Access[] {
  const { at, name } = locate(call, arn);
  const tags = state.in(at).groups.get(name)?.tags ?? {};
  return [{ resource: (arn ?? '').replace(/:\*$/, ''), context: { ...resourceTagContext(tags), ...context } }];
}

function accessTo(state: LogsState, call: Call, nameOrArn: string | undefined, ending: string, { action, context }: Partial<Pick<Access, 'action' | 'context'>> = {}): Access {
  const { at, name } = locate(call, nameOrArn);
  const tags = state.in(at).groups.get(name)?.tags ?? {};
  return {
    ...(action !== undefined && { action }),
    resource: `${groupArn(at, name)}:${ending}`,
    context: { ...resourceTagContext(tags), ...context },
    policy: { kind: 'ordinary', account: at.account, document: resourcePolicy(state, at) },
  };
}

/** All resource policies of the region as one document. */
function resourcePolicy(state: LogsState, place: Place): string | undefined {
  const documents = [...state.in(place).resourcePolicies.values()].map(({ document }) => JSON.parse(document) as { Statement: unknown });
  if (documents.length === 0) return undefined;
  return JSON.stringify({ Version: '2012-10-17', Statement: documents.flatMap(({ Statement }) => Statement).map(withoutSid) });
}

/** Policies of their own may repeat each other's statement ids. */
function withoutSid(statement: unknown): unknown {
  return { ...(statement as Record<string, unknown>), Sid: undefined };
}

