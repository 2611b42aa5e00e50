import { parseFaultRule, type FaultRule } from '../cloud/gateway/faults';
import type { LocalCloud } from '../cloud/local-cloud';
import { concerns, parseDenialRule, takes } from '../cloud/services/iam/denial-rule';

/** What of a cloud the rules concern. */
type Ruled = Pick<LocalCloud, 'faults'> & { readonly services: { readonly authorizer: Pick<LocalCloud['services']['authorizer'], 'deny' | 'ledger' | 'refusals'> } };

/** The fault and denial rules of a command line, in force in one cloud. */
export class CommandRules {
  private readonly faults: ReadonlyMap<string, FaultRule>;
  private readonly denials: readonly string[];

  constructor(
    private readonly cloud: Ruled,
    { faults, denials }: { readonly faults: readonly string[]; readonly denials: readonly string[] },
  ) {
    this.faults = new Map(faults.map((text) => [text, parseFaultRule(text)]));
    this.denials = denials;
    for (const rule of this.faults.values()) cloud.faults.add(rule);
    for (const text of denials) cloud.services.authorizer.deny(parseDenialRule(text));
  }

  /** Rules that met nothing: no call fitted, or nobody holds the permission. Whatever they should have tested went untested. */
  idle(): readonly string[] {
    const untouched = this.cloud.faults.untouched();
    return [...[...this.faults].filter(([, rule]) => untouched.includes(rule)).map(([text]) => text), ...this.denials.filter((text) => !this.isFelt(text))];
  }

  private isFelt(text: string): boolean {
    const rule = parseDenialRule(text);
    const { ledger, refusals } = this.cloud.services.authorizer;
    const held = ledger.holders().filter((holder) => concerns(rule, holder)).flatMap((holder) => {
      const { used, unused } = ledger.useOf(holder);
      return [...used, ...unused].map(({ action }) => action);
    });
    return held.some((action) => overlap(action, rule.action)) || refusals.some(({ action }) => overlap(action, rule.action));
  }
}

function overlap(one: string, other: string): boolean {
  return takes({ action: one }, other) || takes({ action: other }, one);
}
