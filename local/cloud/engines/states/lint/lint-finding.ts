import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldCheck } from './field-checks';
import { UNSUPPORTED_FIELDS } from './state-fields';

/** Something in a definition that the interpreter refuses. */
export interface LintFinding {
  /** The state's name; undefined for the machine itself. */
  readonly state: string | undefined;
  /** The path of the field within the state, such as `Retry[0].JitterStrategy`. */
  readonly field: string;
  readonly message: string;
}

/** Collects findings about one state, or about the machine. */
export class Findings {
  readonly found: LintFinding[] = [];

  constructor(private readonly state: string | undefined) {}

  add(field: string, message: string | undefined): void {
    if (message !== undefined) this.found.push({ state: this.state, field, message });
  }

  addAll(findings: readonly LintFinding[]): void {
    this.found.push(...findings);
  }

  /** Checks each field of the value, and that there are no others; returns the value if it is an object. */
  checkFields(value: Json | undefined, known: Readonly<Record<string, FieldCheck>>, prefix = ''): JsonObject | undefined {
    if (!isJsonObject(value)) {
      this.add(prefix.replace(/\.$/, ''), `must be an object but is ${JSON.stringify(value)}`);
      return undefined;
    }
    for (const [field, content] of Object.entries(value)) {
      const check = Object.hasOwn(known, field) ? known[field] : undefined;
      this.add(`${prefix}${field}`, check ? check(content) : (UNSUPPORTED_FIELDS[field] ?? 'is not a field that is supported here'));
    }
    return value;
  }
}
