/** An answer of Vault that is not a success: a status and texts, sent as `{"errors":[...]}`. */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  constructor(
    readonly status: number,
    readonly errors: readonly string[],
  ) {
    super(errors.join('; ') || `status ${status}`);
  }
}

/** What Vault says of a bad request. */
export function badRequest(text: string): VaultError {
  return new VaultError(400, [text]);
}

/** Nothing is there; Vault gives no text. */
export function notFound(): VaultError {
  return new VaultError(404, []);
}

/** Errors from behind Vault's router come as a list in one text, even when there is one. */
export function collected(status: number, ...texts: readonly string[]): VaultError {
  const heading = texts.length === 1 ? '1 error occurred' : `${texts.length} errors occurred`;
  return new VaultError(status, [`${heading}:\n${texts.map((text) => `\t* ${text}\n`).join('')}\n`]);
}
