import type { Credentials } from '../../gateway/credentials';
import type { NetworkView } from '../../network/confined-process';

/** One version of a function, with everything that its instances need. A change of any of it is a new deployment. */
export interface FunctionDeployment {
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
  /** Without a version. */
  readonly functionArn: string;
  /** `$LATEST`, or a number. */
  readonly version: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly codeDirectory: string;
  readonly logging: FunctionLogging;
  readonly tracing: 'Active' | 'PassThrough';
  /** Credentials of the execution role; asked for by each new instance. */
  readonly assumeRole: () => Promise<Required<Credentials>>;
  /** How a new instance sees the network. */
  readonly network: () => NetworkView;
}

export interface FunctionLogging {
  readonly format: 'Text' | 'JSON';
  readonly group: string;
  /** What the function's own lines must reach to be kept. */
  readonly applicationLevel?: string;
  /** What the platform's lines must reach: in JSON, DEBUG shows more and WARN less than starts and reports. */
  readonly systemLevel?: string;
}
