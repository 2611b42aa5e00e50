import { XMLParser } from 'fast-xml-parser';
import { formatText, hasTrait, membersOf, parseText, textTrait, TIMESTAMP, type Shape, type Structure, type Value } from './shape';

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;', '\r': '&#xD;' };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  processEntities: true,
  htmlEntities: true,
});

/** Writes the members of a structure as XML elements, without an element around them. */
export function writeXmlMembers(shape: Shape, value: Value, only: (member: Shape) => boolean = () => true): string {
  const record = (value ?? {}) as Structure;
  return membersOf(shape)
    .filter(([name, member]) => record[name] !== undefined && record[name] !== null && !hasTrait(member, 'xmlAttribute') && only(member))
    .map(([name, member]) => writeMember(textTrait(member, 'xmlName') ?? name, member, record[name]))
    .join('');
}

/** Writes one element. */
export function writeXmlElement(tag: string, shape: Shape, value: Value, namespace?: string): string {
  const xmlns = namespace ? ` xmlns="${escapeXml(namespace)}"` : '';
  if (shape.isStructSchema()) return `<${tag}${xmlns}${writeAttributes(shape, value)}>${writeXmlMembers(shape, value)}</${tag}>`;
  if (shape.isListSchema()) return `<${tag}${xmlns}>${writeItems(shape, value as Value[], itemTag(shape))}</${tag}>`;
  if (shape.isMapSchema()) return `<${tag}${xmlns}>${writeEntries(shape, value as Structure, 'entry')}</${tag}>`;
  return `<${tag}${xmlns}>${escapeXml(formatText(shape, value, TIMESTAMP.dateTime))}</${tag}>`;
}

/** Reads an XML document's root element as a value of the shape. */
export function readXmlDocument(shape: Shape, xml: string): Value {
  const document = parser.parse(xml) as Record<string, unknown>;
  const root = Object.entries(document).find(([tag]) => !tag.startsWith('?'));
  return root ? readElement(shape, root[1]) : {};
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r]/g, (character) => ENTITIES[character] ?? character);
}

function writeMember(tag: string, shape: Shape, value: Value): string {
  if (hasTrait(shape, 'xmlFlattened')) {
    if (shape.isListSchema()) return writeItems(shape, value as Value[], tag);
    if (shape.isMapSchema()) return writeEntries(shape, value as Structure, tag);
  }
  return writeXmlElement(tag, shape, value);
}

function writeAttributes(shape: Shape, value: Value): string {
  const record = (value ?? {}) as Structure;
  const namespace = (shape.getMergedTraits() as { xmlNamespace?: [string, string] }).xmlNamespace;
  const declared = namespace ? ` ${namespace[0] ? `xmlns:${namespace[0]}` : 'xmlns'}="${escapeXml(namespace[1])}"` : '';
  const attributes = membersOf(shape)
    .filter(([name, member]) => hasTrait(member, 'xmlAttribute') && record[name] !== undefined)
    .map(([name, member]) => ` ${textTrait(member, 'xmlName') ?? name}="${escapeXml(formatText(member, record[name], TIMESTAMP.dateTime))}"`);
  return declared + attributes.join('');
}

function writeItems(list: Shape, items: readonly Value[], tag: string): string {
  return items.map((item) => writeXmlElement(tag, list.getValueSchema(), item)).join('');
}

function writeEntries(map: Shape, record: Structure, tag: string): string {
  const keyTag = textTrait(map.getKeySchema(), 'xmlName') ?? 'key';
  const valueTag = textTrait(map.getValueSchema(), 'xmlName') ?? 'value';
  return Object.entries(record)
    .map(([key, value]) => `<${tag}><${keyTag}>${escapeXml(key)}</${keyTag}>${writeXmlElement(valueTag, map.getValueSchema(), value)}</${tag}>`)
    .join('');
}

function itemTag(list: Shape): string {
  return textTrait(list.getValueSchema(), 'xmlName') ?? 'member';
}

function readElement(shape: Shape, node: unknown): Value {
  if (shape.isStructSchema()) return readStructure(shape, node);
  if (shape.isListSchema()) return readItems(shape, childOf(node, itemTag(shape)));
  if (shape.isMapSchema()) return readEntries(shape, childOf(node, 'entry'));
  return parseText(shape, textOf(node));
}

function readStructure(shape: Shape, node: unknown): Structure {
  const found = membersOf(shape).flatMap(([name, member]) => {
    const tag = textTrait(member, 'xmlName') ?? name;
    const child = childOf(node, hasTrait(member, 'xmlAttribute') ? `@${tag.replace(/^.*:/, '')}` : tag);
    if (child === undefined) return [];
    const flat = hasTrait(member, 'xmlFlattened');
    if (flat && member.isListSchema()) return [[name, readItems(member, child)] as const];
    if (flat && member.isMapSchema()) return [[name, readEntries(member, child)] as const];
    return [[name, readElement(member, child)] as const];
  });
  return Object.fromEntries(found);
}

function readItems(list: Shape, nodes: unknown): Value[] {
  return asArray(nodes).map((node) => readElement(list.getValueSchema(), node));
}

function readEntries(map: Shape, nodes: unknown): Structure {
  const keyTag = textTrait(map.getKeySchema(), 'xmlName') ?? 'key';
  const valueTag = textTrait(map.getValueSchema(), 'xmlName') ?? 'value';
  return Object.fromEntries(
    asArray(nodes).map((node) => [textOf(childOf(node, keyTag)), readElement(map.getValueSchema(), childOf(node, valueTag))]),
  );
}

function childOf(node: unknown, tag: string): unknown {
  return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[tag] : undefined;
}

function textOf(node: unknown): string {
  if (typeof node === 'string') return node;
  const text = childOf(node, '#text');
  return typeof text === 'string' ? text : '';
}

function asArray(nodes: unknown): unknown[] {
  if (nodes === undefined || nodes === '') return [];
  return Array.isArray(nodes) ? nodes : [nodes];
}
