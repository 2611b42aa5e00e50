import type { Target } from '@aws-sdk/client-eventbridge';
import type { Json } from '../../engines/states/json';
import { readPath } from '../../engines/states/path/json-path';
import { parsePath } from '../../engines/states/path/parse-path';
import type { CloudEvent, Rule } from './events-state';

/** What a target receives, as text: the event, a part of it, a constant or a transformation. */
export function inputFor(target: Target, event: CloudEvent, rule: Rule, ingestedAt: Date): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(read(event, target.InputPath) ?? null);
  if (target.InputTransformer) return transformed(target.InputTransformer, event, rule, ingestedAt);
  return JSON.stringify(event);
}

/**
 * Fills the template: inside quotes values are text, elsewhere they are JSON.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function transformed({ InputPathsMap = {}, InputTemplate = '' }: NonNullable<Target['InputTransformer']>, event: CloudEvent, rule: Rule, ingestedAt: Date): string {
  const reserved: Readonly<Record<string, unknown>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': ingestedAt.toISOString(),
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  const valueOf = (name: string): unknown => (name in reserved ? reserved[name] : InputPathsMap[name] === undefined ? undefined : read(event, InputPathsMap[name]));
  let isQuoted = false;
  return InputTemplate.replaceAll(/\\.|"|<([\w.-]+)>/gs, (part, name: string | undefined) => {
    if (part === '"') isQuoted = !isQuoted;
    if (name === undefined) return part;
    const value = valueOf(name);
    if (!isQuoted) return JSON.stringify(value ?? null);
    return value === undefined ? '' : JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  });
}

function read(event: CloudEvent, path: string): unknown {
  return readPath(parsePath(path), event as unknown as Json);
}

function withoutDetail({ detail: _detail, ...event }: CloudEvent): Omit<CloudEvent, 'detail'> {
  return event;
}
