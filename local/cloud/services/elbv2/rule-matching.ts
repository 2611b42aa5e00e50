import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { IncomingMessage } from 'node:http';

/** Whether the request meets all conditions of a rule. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
export function meets(conditions: readonly RuleCondition[], request: IncomingMessage): boolean {
  return conditions.every((condition) => meetsOne(condition, request));
}

/** Conditions that the local cloud evaluates. The address of a client is not known to it. */
export const CONDITION_FIELDS = ['path-pattern', 'host-header', 'http-header', 'http-request-method', 'query-string'] as const;

function meetsOne(condition: RuleCondition, request: IncomingMessage): boolean {
  const url = new URL(request.url ?? '/', 'http://host');
  switch (condition.Field) {
    case 'path-pattern':
      return (condition.PathPatternConfig?.Values ?? condition.Values ?? []).some((pattern) => isLike(pattern, url.pathname));
    case 'host-header':
      return (condition.HostHeaderConfig?.Values ?? condition.Values ?? []).some((pattern) => isLike(pattern.toLowerCase(), hostOf(request)));
    case 'http-header': {
      const { HttpHeaderName = '', Values = [] } = condition.HttpHeaderConfig ?? {};
      const value = [request.headers[HttpHeaderName.toLowerCase()] ?? []].flat().join(', ');
      return Values.some((pattern) => isLike(pattern.toLowerCase(), value.toLowerCase()));
    }
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(request.method ?? '');
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) => [...url.searchParams].some(([key, value]) => (Key === undefined || isLike(Key.toLowerCase(), key.toLowerCase())) && isLike(Value.toLowerCase(), value.toLowerCase())));
    default:
      return false;
  }
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
}

/** `*` is any text, `?` one character. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
