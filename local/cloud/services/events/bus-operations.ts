import type * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../../gateway/aws-error';
import type { CloudClock } from '../../gateway/clock';
import { parsePolicy } from '../../gateway/iam/parse-policy';
import { pageOf } from '../../gateway/pagination';
import type { Access, Call, Operations } from '../../gateway/service';
import { requestTagContext, resourceTagContext, tagList, tagMap } from '../../gateway/tags';
import { busArn, DEFAULT_BUS, newBus, type EventBus, type EventsState, type Rule } from './events-state';

interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly (Record<string, unknown> & { readonly Sid?: string })[];
}

/** The operations on event buses, their policies, and tags. */
export function busOperations(state: EventsState, clock: CloudClock): Operations<typeof sdk> {
  const access = (call: Call, name: string | undefined, context: Access['context'] = {}): Access => ({
    resource: busArn(call, name),
    context: { ...resourceTagContext(state.findBus(call, name)?.tags ?? {}), ...context },
  });
  const byArn = ({ ResourceARN = '' }: { ResourceARN: string | undefined }): Access[] => [{ resource: ResourceARN }];
  return {
    CreateEventBus: {
      access: ({ Name, Tags }, call) => {
        const requested = requestTagContext(tagMap(Tags));
        return [access(call, Name, requested), ...(Tags?.length ? [{ ...access(call, Name, requested), action: 'events:TagResource' }] : [])];
      },
      run: ({ Name: name = '', Description, Tags, EventSourceName, KmsKeyIdentifier }, call) => {
        if (EventSourceName !== undefined || KmsKeyIdentifier !== undefined) throw new AwsError('NotImplemented', 'the local cloud does not emulate partner event sources and encryption of event buses', { status: 501 });
        if (!/^[.\-_A-Za-z0-9]{1,256}$/.test(name)) throw new AwsError('ValidationException', `Event bus name ${name} must have letters, digits, dots, hyphens and underscores only`, { status: 400 });
        const buses = state.busesIn(call);
        if (buses.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
        const bus = newBus(call, name, clock.now(), Description);
        bus.tags = tagMap(Tags);
        buses.set(name, bus);
        return { EventBusArn: bus.arn, Description };
      },
    },
    DeleteEventBus: {
      access: ({ Name }, call) => [access(call, Name)],
      run: ({ Name = '' }, call) => {
        if (Name === DEFAULT_BUS) throw new AwsError('ValidationException', 'Cannot delete event bus default.', { status: 400 });
        const bus = state.busesIn(call).get(Name);
        if (bus && bus.rules.size > 0) throw new AwsError('ValidationException', 'Rules must be deleted first.', { status: 400 });
        state.busesIn(call).delete(Name);
        return {};
      },
    },
    DescribeEventBus: { access: ({ Name }, call) => [access(call, Name)], run: ({ Name }, call) => describeBus(state.bus(call, Name)) },
    ListEventBuses: {
      access: () => [{ resource: '*' }],
      run: ({ NamePrefix = '', Limit = 100, NextToken }, call) => {
        const page = pageOf([...state.busesIn(call).values()].filter(({ name }) => name.startsWith(NamePrefix)), Limit, NextToken);
        if (!page) throw new AwsError('ValidationException', 'Invalid NextToken', { status: 400 });
        return { EventBuses: page.items.map(describeBus), NextToken: page.nextToken };
      },
    },
    PutPermission: {
      access: () => [{ resource: '*' }],
      run: ({ EventBusName, Policy, StatementId, Action, Principal, Condition }, call) => {
        const bus = state.bus(call, EventBusName);
        if (Policy !== undefined) {
          bus.policy = checkedPolicy(bus, Policy);
          return {};
        }
        const statement = {
          Sid: StatementId,
          Effect: 'Allow',
          Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal ?? ''}:root` },
          Action,
          Resource: bus.arn,
          ...(Condition && { Condition: { [Condition.Type ?? '']: { [Condition.Key ?? '']: Condition.Value } } }),
        };
        const others = statementsOf(bus).filter(({ Sid }) => Sid !== StatementId);
        bus.policy = checkedPolicy(bus, JSON.stringify({ Version: '2012-10-17', Statement: [...others, statement] }));
        return {};
      },
    },
    RemovePermission: {
      access: () => [{ resource: '*' }],
      run: ({ EventBusName, StatementId, RemoveAllPermissions = false }, call) => {
        const bus = state.bus(call, EventBusName);
        const kept = RemoveAllPermissions ? [] : statementsOf(bus).filter(({ Sid }) => Sid !== StatementId);
        bus.policy = kept.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: kept });
        return {};
      },
    },
    TagResource: {
      access: ({ ResourceARN = '', Tags }) => [{ resource: ResourceARN, context: requestTagContext(tagMap(Tags)) }],
      run: ({ ResourceARN = '', Tags }, call) => {
        const resource = tagged(state, call, ResourceARN);
        resource.tags = { ...resource.tags, ...tagMap(Tags) };
        return {};
      },
    },
    UntagResource: {
      access: byArn,
      run: ({ ResourceARN = '', TagKeys = [] }, call) => {
        const resource = tagged(state, call, ResourceARN);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    },
    ListTagsForResource: { access: byArn, run: ({ ResourceARN = '' }, call) => ({ Tags: tagList(tagged(state, call, ResourceARN).tags) }) },
  };
}

function describeBus({ name, arn, policy, description, createdAt }: EventBus) {
  return { Name: name, Arn: arn, Policy: policy, Description: description, CreationTime: createdAt };
}

function statementsOf({ policy }: EventBus): PolicyDocument['Statement'] {
  return policy === undefined ? [] : (JSON.parse(policy) as PolicyDocument).Statement;
}

function checkedPolicy({ arn }: EventBus, document: string): string {
  try {
    parsePolicy({ kind: 'ordinary', holder: arn, name: 'Policy', document });
  } catch (error) {
    throw new AwsError('ValidationException', `Invalid policy: ${(error as Error).message}`, { status: 400 });
  }
  return document;
}

/** The rule or bus behind an ARN. */
function tagged(state: EventsState, call: Call, arn: string): EventBus | Rule {
  const [, bus = DEFAULT_BUS, rule] = /:rule\/(?:([^/]+)\/)?([^/]+)$/.exec(arn) ?? [];
  return rule === undefined ? state.bus(call, arn) : state.rule(call, rule, bus);
}
