import { arnParts } from './arn';
import { member, readList, readObject, readText, type JsonObject, type Located } from './json-value';
import { MalformedPolicyDocument } from './malformed-policy-document';
import { parseConditions } from './parse-conditions';
import { parsePrincipals } from './parse-principals';
import type { Policy, PolicyDocument, PolicyKind, PrincipalPattern, Selection, Statement } from './policy';
import { firstVariable } from './policy-variables';

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const VERSIONS = ['2012-10-17', '2008-10-17'] as const;
/** A service and an action, either of which may have wildcards after its first letters; the service only as a whole. */
const ACTION = /^(\*|\*:\*|[a-z0-9-]+:[a-z0-9*?-]+)$/i;

/**
 * Reads a policy document as strictly as IAM does when it is attached, and throws `MalformedPolicyDocument` for what IAM refuses.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy<Kind extends PolicyKind>(source: Omit<Policy<Kind>, 'document'> & { readonly document: string | object }): Policy<Kind> {
  const { kind, holder, name, document } = source;
  return { kind, holder, name, document: parseDocument(typeof document === 'string' ? parseJson(document) : document, kind) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MalformedPolicyDocument('', text.slice(0, 40), 'JSON');
  }
}

function parseDocument(value: unknown, kind: PolicyKind): PolicyDocument {
  const elements = isAttachedToIdentity(kind) ? DOCUMENT_ELEMENTS.filter((element) => element !== 'Id') : DOCUMENT_ELEMENTS;
  const document = readObject({ value, path: '' }, elements);
  const version = document.Version ?? '2008-10-17';
  if (!isVersion(version)) throw new MalformedPolicyDocument('Version', version, VERSIONS.join(' or '));
  const statements = readList(member(document, '', 'Statement')).map((statement) => parseStatement(statement, kind, version));
  if (statements.length === 0) throw new MalformedPolicyDocument('Statement', document.Statement, 'at least one statement');
  if (kind !== 'ordinary' && kind !== 'key') refuseRepeatedSids(statements);
  return { version, id: document.Id === undefined ? undefined : readText(member(document, '', 'Id'), 'text'), statements };
}

function isVersion(value: unknown): value is (typeof VERSIONS)[number] {
  return VERSIONS.some((version) => version === value);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html */
function refuseRepeatedSids(statements: readonly Statement[]): void {
  const sids = statements.map(({ sid }) => sid);
  const repeated = sids.findIndex((sid, index) => sid !== undefined && sids.indexOf(sid) < index);
  if (repeated >= 0) throw new MalformedPolicyDocument(`Statement[${repeated}].Sid`, sids[repeated], 'an identifier that no other statement has');
}

function parseStatement(located: Located, kind: PolicyKind, version: PolicyDocument['version']): Statement {
  const { path } = located;
  const statement = readObject(located, STATEMENT_ELEMENTS);
  const effect = readText(member(statement, path, 'Effect'), 'Allow or Deny', isEffect) as Statement['effect'];
  if (kind === 'resource-control' && effect === 'Allow') {
    throw new MalformedPolicyDocument(`${path}.Effect`, effect, 'Deny, since the full access of every organization cannot be detached');
  }
  return {
    sid: statement.Sid === undefined ? undefined : readSid(member(statement, path, 'Sid'), kind),
    effect,
    actions: parseActions(statement, path, kind),
    resources: parseResources(statement, path, kind, version),
    principals: parseStatementPrincipals(statement, path, kind),
    conditions: statement.Condition === undefined ? [] : parseConditions(member(statement, path, 'Condition')),
    withheldActions: [],
  };
}

function isEffect(text: string): boolean {
  return text === 'Allow' || text === 'Deny';
}

function readSid(located: Located, kind: PolicyKind): string {
  if (kind === 'ordinary' || kind === 'key') return readText(located, 'text');
  return readText(located, 'letters and digits', (text) => /^[A-Za-z0-9]*$/.test(text));
}

function parseActions(statement: JsonObject, path: string, kind: PolicyKind): Selection<string> {
  const { negated, located } = oneOf(statement, path, 'Action');
  if (!located) throw new MalformedPolicyDocument(`${path}.Action`, undefined, 'Action or NotAction');
  const isTrust = kind === 'trust';
  const allowed = isTrust ? 'an action of sts, such as sts:AssumeRole' : '"*", or a service prefix and an action, such as s3:GetObject or s3:Get*';
  return { negated, items: readSome(located, allowed, (text) => ACTION.test(text) && (!isTrust || /^sts:/i.test(text))) };
}

function parseResources(statement: JsonObject, path: string, kind: PolicyKind, version: PolicyDocument['version']): Selection<string> | undefined {
  const { negated, located } = oneOf(statement, path, 'Resource');
  if (kind === 'trust') {
    if (located) throw new MalformedPolicyDocument(located.path, located.value, 'no Resource in a trust policy: it is about its own role');
    return undefined;
  }
  if (!located) throw new MalformedPolicyDocument(`${path}.Resource`, undefined, 'Resource or NotResource');
  return { negated, items: readSome(located, '"*" or an ARN, with policy variables only after its fifth colon', (text) => isResource(text, version)) };
}

/** The service of an ARN has no wildcards; after it the ARN may end early with a `*`. */
function isResource(text: string, version: PolicyDocument['version']): boolean {
  if (text === '*') return true;
  const variable = version === '2012-10-17' ? firstVariable(text) : -1;
  if (variable >= 0 && text.slice(0, variable).split(':').length < 6) return false;
  return /^arn:aws[\w-]*:[^:*?]+:/.test(text) && (arnParts(text) !== undefined || text.endsWith('*'));
}

function parseStatementPrincipals(statement: JsonObject, path: string, kind: PolicyKind): Selection<PrincipalPattern> | undefined {
  const { negated, located } = oneOf(statement, path, 'Principal');
  if (isAttachedToIdentity(kind)) {
    if (located) throw new MalformedPolicyDocument(located.path, located.value, 'no Principal: the policy is about whom it is attached to');
    return undefined;
  }
  if (!located) throw new MalformedPolicyDocument(`${path}.Principal`, undefined, 'a Principal in a policy of a resource');
  if (negated && (kind === 'trust' || kind === 'resource-control' || statement.Effect === 'Allow')) {
    throw new MalformedPolicyDocument(located.path, located.value, 'NotPrincipal only with Deny, and not in a trust or resource control policy');
  }
  if (kind === 'resource-control' && located.value !== '*') throw new MalformedPolicyDocument(located.path, located.value, '"*" in a resource control policy');
  return { negated, items: parsePrincipals(located) };
}

function isAttachedToIdentity(kind: PolicyKind): boolean {
  return kind === 'identity' || kind === 'boundary' || kind === 'session' || kind === 'service-control';
}

/** An element and its negation exclude each other. */
function oneOf(statement: JsonObject, path: string, element: 'Action' | 'Resource' | 'Principal'): { readonly negated: boolean; readonly located?: Located } {
  const negation = `Not${element}`;
  if (element in statement && negation in statement) {
    throw new MalformedPolicyDocument(`${path}.${negation}`, statement[negation], `${element} or ${negation}, not both`);
  }
  if (negation in statement) return { negated: true, located: member(statement, path, negation) };
  return element in statement ? { negated: false, located: member(statement, path, element) } : { negated: false };
}

function readSome(located: Located, allowed: string, accepts: (text: string) => boolean): readonly string[] {
  const items = readList(located).map((item) => readText(item, allowed, accepts));
  if (items.length === 0) throw new MalformedPolicyDocument(located.path, located.value, `at least one: ${allowed}`);
  return items;
}
