/** A policy document that IAM would not accept: `MalformedPolicyDocument`. Says where, what is there and what is allowed. */
export class MalformedPolicyDocument extends Error {
  override readonly name = 'MalformedPolicyDocument';

  constructor(
    /** Where in the document, such as `Statement[0].Effect`; empty for the document itself. */
    readonly path: string,
    found: unknown,
    readonly allowed: string,
  ) {
    super(`${path || 'policy document'} is ${describe(found)}, allowed: ${allowed}`);
  }
}

function describe(found: unknown): string {
  return found === undefined ? 'absent' : JSON.stringify(found);
}
