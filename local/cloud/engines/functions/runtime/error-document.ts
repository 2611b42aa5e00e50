import type { ErrorDocument } from '../runtime-protocol';

/** Whatever was thrown, in the form in which Lambda's runtime reports it. */
export function errorDocument(thrown: unknown): ErrorDocument {
  if (thrown instanceof Error) return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}
