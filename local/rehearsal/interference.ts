import { parseFaultRule } from '../cloud/gateway/faults';
import type { LocalCloud } from '../cloud/local-cloud';
import { parseDenialRule, type DenialRule } from '../cloud/services/iam/denial-rule';
import type { Refusal } from '../cloud/services/iam/policy-authorizer';

/** What one scenario does to the permissions and calls of a cloud, and which refusals that explains. */
export class Interference {
  private readonly removed = new Set<DenialRule>();
  private readonly expected: { readonly message: RegExp; isMet: boolean }[] = [];
  private readonly firstRefusal: number;

  constructor(private readonly cloud: LocalCloud) {
    this.firstRefusal = this.authorizer.refusals.length;
  }

  async without<T>(permission: string, work: () => Promise<T>): Promise<T> {
    const rule = parseDenialRule(permission);
    this.removed.add(rule);
    const giveBack = this.authorizer.deny(rule);
    try {
      return await work();
    } finally {
      giveBack();
    }
  }

  /** Also tells which of the faults met no call. */
  async withFaults<T>(texts: readonly string[], work: () => Promise<T>): Promise<{ readonly result: T; readonly untouched: readonly string[] }> {
    const { faults } = this.cloud;
    const rules = texts.map((text) => ({ text, rule: parseFaultRule(text) }));
    const remove = rules.map(({ rule }) => faults.add(rule));
    try {
      const result = await work();
      const untouched = faults.untouched();
      return { result, untouched: rules.filter(({ rule }) => untouched.includes(rule)).map(({ text }) => text) };
    } finally {
      for (const end of remove) end();
    }
  }

  expectRefusals(message: RegExp): void {
    this.expected.push({ message, isMet: false });
  }

  surprises(): readonly string[] {
    const refused = this.authorizer.refusals.slice(this.firstRefusal).filter((refusal) => this.isOfOurs(refusal) && !this.isExplained(refusal));
    return [
      ...new Set(refused.map(({ action, message }) => `a permission is missing, ${action}: ${message}`)),
      ...this.expected.filter(({ isMet }) => !isMet).map(({ message }) => `nobody was refused ${message.source}`),
    ];
  }

  /** Roles that were deployed; strangers are refused as they should be. */
  private isOfOurs({ call: { principal } }: Refusal): boolean {
    return principal.kind === 'role-session' && this.authorizer.isDeclared(principal.roleArn);
  }

  private isExplained({ message, removed }: Refusal): boolean {
    const expectation = this.expected.find((candidate) => candidate.message.test(message));
    if (expectation) expectation.isMet = true;
    return expectation !== undefined || removed.some((rule) => this.removed.has(rule));
  }

  private get authorizer(): LocalCloud['services']['authorizer'] {
    return this.cloud.services.authorizer;
  }
}
