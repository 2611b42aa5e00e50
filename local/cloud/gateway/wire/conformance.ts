import { membersOf, requiredMembersOf, type Shape, type Value } from './shape';

/** What keeps a value from being of a shape: unknown members, missing required ones, wrong types. Empty when it conforms. */
export function problemsOf(shape: Shape, value: Value, path = '$'): string[] {
  if (value === undefined || value === null) return [];
  if (shape.isDocumentSchema()) return [];
  if (shape.isStructSchema()) return structureProblems(shape, value, path);
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: expected a list`];
    return value.flatMap((item, index) => problemsOf(shape.getValueSchema(), item, `${path}[${index}]`));
  }
  if (shape.isMapSchema()) {
    if (!isRecord(value)) return [`${path}: expected a map`];
    return Object.entries(value).flatMap(([key, item]) => problemsOf(shape.getValueSchema(), item, `${path}.${key}`));
  }
  const wanted = simpleTypeProblem(shape, value);
  return wanted ? [`${path}: expected ${wanted}, got ${typeof value}`] : [];
}

function structureProblems(shape: Shape, value: Value, path: string): string[] {
  if (!isRecord(value)) return [`${path}: expected a structure`];
  const members = new Map(membersOf(shape));
  const missing = requiredMembersOf(shape).filter((name) => value[name] === undefined || value[name] === null);
  return [
    ...Object.keys(value)
      .filter((name) => !members.has(name))
      .map((name) => `${path}.${name}: not a member of ${shape.getName() ?? 'the structure'}`),
    ...missing.map((name) => `${path}.${name}: required`),
    ...[...members].flatMap(([name, member]) => problemsOf(member, value[name], `${path}.${name}`)),
  ];
}

function simpleTypeProblem(shape: Shape, value: Value): string | undefined {
  if (shape.isTimestampSchema()) return value instanceof Date && !Number.isNaN(value.getTime()) ? undefined : 'a date';
  if (shape.isBooleanSchema()) return typeof value === 'boolean' ? undefined : 'a boolean';
  if (shape.isNumericSchema()) return typeof value === 'number' && !Number.isNaN(value) ? undefined : 'a number';
  if (shape.isBlobSchema()) return value instanceof Uint8Array || typeof value === 'string' ? undefined : 'bytes';
  if (shape.isStringSchema()) return typeof value === 'string' ? undefined : 'a string';
  return undefined;
}

function isRecord(value: Value): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
