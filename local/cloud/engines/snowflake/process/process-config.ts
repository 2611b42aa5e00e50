import type { TokenLifetimes } from '../protocol/session-store';
import type { BucketOptions } from '../stages/bucket-store';

/** What the child process reads from its standard input, as one JSON text. */
export interface ProcessConfig {
  readonly accountName?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly threads?: number;
  readonly memoryLimit?: string;
  readonly inProgressAfterMs?: number;
  readonly stageCredentialSeconds?: number;
  readonly lifetimes?: TokenLifetimes;
  /** An S3 that keeps the stages' files; `endPoint` is the host that the driver is sent to, over HTTPS. */
  readonly stageBucket?: BucketOptions & { readonly endPoint: string | null };
  /** True when the parent answers questions for the time, for stage credentials and for AWS STS. */
  readonly ports: { readonly clock: boolean; readonly stageCredentials: boolean; readonly callSts: boolean };
}

/** The first line that the child writes to its standard output. */
export interface ProcessReady {
  readonly url: string;
  /** The operator's door, which only answers to the token. */
  readonly doorUrl: string;
  readonly doorToken: string;
}

/** Questions that the child asks its parent over Node's message channel. */
export interface Question {
  readonly kind: 'ask';
  readonly id: number;
  readonly port: 'time' | 'begin' | 'end' | 'stageCredentials' | 'callSts';
  readonly argument: unknown;
}

export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
