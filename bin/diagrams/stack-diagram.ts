/** A stack of the assembly, as far as a diagram shows it. */
export interface DrawnStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: { readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>> };
}

/** Resources worth counting in a box, in reading order. */
const SHOWN: readonly (readonly [type: string, one: string, many: string])[] = [
  ['AWS::StepFunctions::StateMachine', 'state machine', 'state machines'],
  ['AWS::Lambda::Function', 'function', 'functions'],
  ['AWS::ECS::Service', 'service', 'services'],
  ['AWS::RDS::DBCluster', 'cluster', 'clusters'],
  ['AWS::RDS::DBInstance', 'database', 'databases'],
  ['AWS::Redshift::Cluster', 'warehouse', 'warehouses'],
  ['AWS::DynamoDB::GlobalTable', 'table', 'tables'],
  ['AWS::S3::Bucket', 'bucket', 'buckets'],
  ['AWS::SQS::Queue', 'queue', 'queues'],
  ['AWS::SNS::Topic', 'topic', 'topics'],
  ['AWS::Scheduler::Schedule', 'schedule', 'schedules'],
  ['AWS::EC2::VPC', 'network', 'networks'],
  ['AWS::CloudWatch::Alarm', 'alarm', 'alarms'],
];

/** Properties by which other stacks can name a resource, and what it is. */
const NAMES: Readonly<Record<string, readonly [property: string, is: string]>> = {
  'AWS::IAM::Role': ['RoleName', 'role'],
  'AWS::Lambda::Function': ['FunctionName', 'function'],
  'AWS::S3::Bucket': ['BucketName', 'bucket'],
  'AWS::SNS::Topic': ['TopicName', 'topic'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'state machine'],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'table'],
};

/** Stacks in their accounts and regions as a Mermaid flowchart; arrows are the names of one stack that another one holds. */
export function stackDiagram(stacks: readonly DrawnStack[], accounts: Readonly<Record<string, string>>): string {
  const places = [...new Set(stacks.map(({ account, region }) => `${account}/${region}`))].sort();
  const id = (stack: DrawnStack) => `stack${stacks.indexOf(stack)}`;
  const groups = places.flatMap((place, index) => {
    const [account = '', region = ''] = place.split('/');
    const here = stacks.filter((stack) => `${stack.account}/${stack.region}` === place);
    return [`subgraph place${index} ["${accountName(account, accounts)}, ${region}"]`, ...here.map((stack) => `  ${id(stack)}["<b>${stack.name}</b><br/>${contentOf(stack).join('<br/>')}"]`), 'end'];
  });
  const arrows = stacks.flatMap((from) => stacks.filter((to) => to !== from).flatMap((to) => linksBetween(from, to).map((link) => `${id(from)} -- "${link}" --> ${id(to)}`)));
  return ['flowchart LR', ...groups, ...arrows].map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n');
}

function accountName(account: string, accounts: Readonly<Record<string, string>>): string {
  return Object.entries(accounts).find(([, id]) => id === account)?.[0] ?? account;
}

function contentOf({ template }: DrawnStack): string[] {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  return SHOWN.flatMap(([type, one, many]) => {
    const number = types.filter((candidate) => candidate === type).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  });
}

/** What the first stack says of the second, one line for each kind of thing. */
function linksBetween(from: DrawnStack, to: DrawnStack): string[] {
  const text = JSON.stringify(from.template);
  const links = Object.values(to.template.Resources).flatMap(({ Type, Properties = {} }) => {
    const [property, is] = NAMES[Type] ?? [];
    const name = property === undefined ? undefined : Properties[property];
    return is !== undefined && typeof name === 'string' && mentions(text, name) && !isOwn(from, Type, name) ? [`${is} ${shorten(name)}`] : [];
  });
  const MOST = 3;
  return links.length > MOST ? [`${links.slice(0, MOST).join('<br/>')}<br/>and ${links.length - MOST} more`] : links.length > 0 ? [links.join('<br/>')] : [];
}

/** As the whole last part of an ARN or name. */
function mentions(text: string, name: string): boolean {
  return new RegExp(`[:/"]${name.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&')}(?=["/:\\\\])`).test(text);
}

/** Two stacks may have a thing of the same name in two places; then the name means the own one. */
function isOwn({ template }: DrawnStack, type: string, name: string): boolean {
  const [property = ''] = NAMES[type] ?? [];
  return Object.values(template.Resources).some(({ Type, Properties = {} }) => Type === type && Properties[property] === name);
}

function shorten(name: string): string {
  const LONGEST = 48;
  return name.length > LONGEST ? `${name.slice(0, LONGEST)}...` : name;
}
