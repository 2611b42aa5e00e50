/** An answer that says no: an error of an AWS API, under the name of its error shape. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The error shape's name, such as `DBClusterNotFoundFault`; the wire code may differ and comes from the model. */
  readonly code: string;
  readonly status: number | undefined;
  /** Further members of the error shape. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { readonly status?: number | undefined; readonly details?: Readonly<Record<string, unknown>> } = {}) {
    super(message);
    this.code = code;
    this.status = options.status;
    this.details = options.details ?? {};
  }
}
