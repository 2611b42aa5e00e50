/** The paths of the Lambda Runtime API. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export const RUNTIME_API_VERSION = '2018-06-01';

/** What the runtime needs beside the Runtime API: in `next`, what the cloud's clock shows, as a JSON `ClockReading`. */
export const CLOCK_HEADER = 'holdfast-clock';

/**
 * Ends the output of an invocation, or of the initialisation, on standard output and standard error. Output travels
 * beside the Runtime API; the mark tells that all of it has arrived.
 */
export const OUTPUT_MARK = '\u0000end of output';

/** An error as the runtime reports it. */
export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
