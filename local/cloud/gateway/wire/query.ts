import { hasTrait, membersOf, parseText, textTrait, type Shape, type Structure, type Value } from './shape';

/** The two form-encoded protocols differ in how members are named and lists are numbered. */
export type QueryDialect = 'awsQuery' | 'ec2Query';

/** Reads the form parameters of a Query request as a value of the input shape. */
export function readQuery(shape: Shape, parameters: URLSearchParams, dialect: QueryDialect): Structure {
  const tree = new ParameterTree(parameters, dialect);
  return tree.structure(shape, '');
}

class ParameterTree {
  private readonly paths = new Set<string>();

  constructor(
    private readonly parameters: URLSearchParams,
    private readonly dialect: QueryDialect,
  ) {
    for (const key of parameters.keys()) {
      const parts = key.split('.');
      parts.forEach((_, index) => this.paths.add(parts.slice(0, index + 1).join('.')));
    }
  }

  structure(shape: Shape, prefix: string): Structure {
    const found = membersOf(shape).flatMap(([name, member]) => {
      const path = prefix + this.memberName(name, member);
      return this.paths.has(path) ? [[name, this.value(member, path)] as const] : [];
    });
    return Object.fromEntries(found);
  }

  private value(shape: Shape, path: string): Value {
    if (shape.isStructSchema()) return this.structure(shape, `${path}.`);
    if (shape.isListSchema()) return this.list(shape, path);
    if (shape.isMapSchema()) return this.map(shape, path);
    return parseText(shape, this.parameters.get(path) ?? '');
  }

  private list(shape: Shape, path: string): Value[] {
    const item = shape.getValueSchema();
    const flat = this.dialect === 'ec2Query' || hasTrait(shape, 'xmlFlattened');
    const base = flat ? path : `${path}.${textTrait(item, 'xmlName') ?? 'member'}`;
    return this.numbered(base).map((itemPath) => this.value(item, itemPath));
  }

  private map(shape: Shape, path: string): Structure {
    const base = hasTrait(shape, 'xmlFlattened') ? path : `${path}.entry`;
    const keyName = textTrait(shape.getKeySchema(), 'xmlName') ?? 'key';
    const valueName = textTrait(shape.getValueSchema(), 'xmlName') ?? 'value';
    const entries = this.numbered(base).map(
      (entry) => [this.parameters.get(`${entry}.${keyName}`) ?? '', this.value(shape.getValueSchema(), `${entry}.${valueName}`)] as const,
    );
    return Object.fromEntries(entries);
  }

  private numbered(base: string): string[] {
    const found: string[] = [];
    for (let index = 1; this.paths.has(`${base}.${index}`); index += 1) found.push(`${base}.${index}`);
    return found;
  }

  private memberName(name: string, member: Shape): string {
    if (this.dialect === 'awsQuery') return textTrait(member, 'xmlName') ?? name;
    const ec2Name = textTrait(member, 'ec2QueryName');
    if (ec2Name) return ec2Name;
    const xmlName = textTrait(member, 'xmlName') ?? name;
    return xmlName.charAt(0).toUpperCase() + xmlName.slice(1);
  }
}
