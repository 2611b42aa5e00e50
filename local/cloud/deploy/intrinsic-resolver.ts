import type { Place } from '../gateway/service';
import { TemplateError } from './template-properties';

/** A CloudFormation template, as far as a deployment reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string | readonly string[] }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

/** Where references lead while a stack is being created. */
export interface References {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  importValue(exportName: string): unknown;
}

const NO_VALUE = Symbol('AWS::NoValue');

/** Resolves the intrinsic functions that CDK emits, and refuses all others by name. */
export class IntrinsicResolver {
  private readonly pseudo: Readonly<Record<string, unknown>>;

  constructor(
    private readonly template: Template,
    private readonly place: Place,
    stackName: string,
    private readonly references: References,
  ) {
    this.pseudo = {
      'AWS::AccountId': place.account,
      'AWS::Region': place.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.account}:stack/${stackName}/local`,
      'AWS::NotificationARNs': [],
      'AWS::NoValue': NO_VALUE,
    };
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && name !== undefined && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::'))) {
      if (name !== 'Condition' || typeof argument === 'string') return this.apply(name, argument);
    }
    const resolved = entries.map(([key, item]) => [key, this.resolve(item)] as const).filter(([, item]) => item !== NO_VALUE);
    return Object.fromEntries(resolved);
  }

  /** Whether the named condition of the template holds. */
  holds(condition: string): boolean {
    const definition = this.template.Conditions?.[condition];
    if (definition === undefined) throw new TemplateError(`there is no condition ${condition}`);
    return isTrue(this.resolve(definition));
  }

  private apply(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(argument as string);
      case 'Condition':
        return this.holds(argument as string);
      case 'Fn::GetAtt':
        return this.getAtt(argument);
      case 'Fn::Join': {
        const [delimiter, parts] = argument as [string, unknown];
        return (this.resolve(parts) as string[]).join(delimiter);
      }
      case 'Fn::Sub':
        return this.sub(argument);
      case 'Fn::Select': {
        const [index, list] = argument as [unknown, unknown];
        return (this.resolve(list) as unknown[])[Number(this.resolve(index))];
      }
      case 'Fn::Split': {
        const [delimiter, text] = argument as [string, unknown];
        return (this.resolve(text) as string).split(delimiter);
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => ((this.resolve(argument) as string) || this.place.region) + zone);
      case 'Fn::ImportValue':
        return this.references.importValue(this.resolve(argument) as string);
      case 'Fn::FindInMap':
        return this.findInMap(argument as [unknown, unknown, unknown]);
      case 'Fn::Base64':
        return Buffer.from(this.resolve(argument) as string).toString('base64');
      case 'Fn::If': {
        const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
        return this.resolve(this.holds(condition) ? whenTrue : whenFalse);
      }
      case 'Fn::Equals': {
        const [left, right] = this.resolve(argument) as [unknown, unknown];
        return left === right;
      }
      case 'Fn::Not':
        return !isTrue((this.resolve(argument) as unknown[])[0]);
      case 'Fn::And':
        return (this.resolve(argument) as unknown[]).every(isTrue);
      case 'Fn::Or':
        return (this.resolve(argument) as unknown[]).some(isTrue);
      default:
        throw new TemplateError(`the local cloud does not resolve ${name}`);
    }
  }

  private ref(name: string): unknown {
    if (name in this.pseudo) return this.pseudo[name];
    const parameter = this.template.Parameters?.[name];
    if (parameter) return parameter.Default ?? NO_VALUE;
    return this.references.ref(name);
  }

  private getAtt(argument: unknown): unknown {
    const [logicalId = '', ...rest] = Array.isArray(argument) ? (argument as string[]) : (argument as string).split('.');
    return this.references.attribute(logicalId, rest.join('.'));
  }

  private sub(argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(this.resolve(variables[name]));
      return String(name.includes('.') ? this.getAtt(name) : this.ref(name));
    });
  }

  private findInMap([map, first, second]: [unknown, unknown, unknown]): unknown {
    const keys = [map, first, second].map((key) => this.resolve(key) as string) as [string, string, string];
    const value = this.template.Mappings?.[keys[0]]?.[keys[1]]?.[keys[2]];
    if (value === undefined) throw new TemplateError(`there is no mapping ${keys.join('.')}`);
    return value;
  }
}

/** The logical ids that a value refers to, which must exist before it can be resolved. */
export function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref' && typeof item === 'string') return [item];
    if (key === 'Fn::GetAtt') return [Array.isArray(item) ? String(item[0]) : String(item).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') return subReferences(item);
    return referencesIn(item);
  });
}

function subReferences(argument: unknown): string[] {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  const names = [...text.matchAll(/\$\{([^!}]+)\}/g)].map(([, name = '']) => name.split('.')[0] ?? '');
  return [...names.filter((name) => !(name in variables)), ...referencesIn(Object.values(variables))];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
