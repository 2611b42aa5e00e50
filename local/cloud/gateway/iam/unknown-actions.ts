import { loadActionCatalogue, prefixOf } from './action-catalogue';
import type { PolicyDocument } from './policy';

/** An action pattern that means nothing: a slip of the pen, or an action that AWS renamed. */
export interface UnknownAction {
  /** Where in the document, such as `Statement[2]`. */
  readonly path: string;
  readonly action: string;
}

/** Finds the action patterns of a document that mean no action of AWS. IAM accepts them silently, and they never allow or deny anything. */
export async function unknownActions(document: PolicyDocument): Promise<readonly UnknownAction[]> {
  const written = document.statements.flatMap(({ actions }, index) => actions.items.map((action) => ({ path: `Statement[${index}]`, action })));
  const named = written.filter(({ action }) => action !== '*' && action !== '*:*');
  const catalogue = await loadActionCatalogue(named.map(({ action }) => prefixOf(action)));
  return named.filter(({ action }) => catalogue.matching(action).length === 0);
}
