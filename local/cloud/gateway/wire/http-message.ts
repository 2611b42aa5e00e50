/** A request as it arrived at one of the gateway's doors. Header names are lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as sent, percent-encoding included: the signature covers them. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}
