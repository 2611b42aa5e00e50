import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Says why a finding of a rule pack is no fault here. The reason is part of the validation report. */
export function acknowledge(scope: IConstruct, reason: string, ...rules: readonly string[]): void {
  for (const id of rules) Validations.of(scope).acknowledge({ id, reason });
}
