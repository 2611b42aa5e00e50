import type { ClockReading } from '../gateway/clock';
import type { TimerOwner } from './runtime/cloud-timers';

/** The file descriptor under which a confined process finds its control channel. */
export const CONTROL_FD = 3;

/** The environment variable with which a confined process starts; it is gone before the program's own code runs. */
export const START_VARIABLE = 'HOLDFAST_CONFINED_PROCESS';

/** Whether a host is the process's own. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/i.test(host);
}

/** What a confined process must know before it can ask. */
export interface ConfinedStart {
  readonly clock: ClockReading;
  /** The certificate, PEM, that stands for the roots which AWS publishes for its databases. */
  readonly databaseAuthority: string;
  /** How the program's timers follow the cloud's time. */
  readonly timers: TimerOwner;
  /** Where X-Ray's daemon would listen for datagrams. */
  readonly traceDaemon?: string;
}

/** What becomes of a connection that a process wants to open. */
export type Verdict =
  /** Connect to this port on 127.0.0.1; the name was resolved to the address. */
  | { readonly kind: 'open'; readonly localPort: number; readonly address: string }
  /** Packets vanish, as behind a security group: nothing ever answers. */
  | { readonly kind: 'drop' }
  /** The host is there, but nobody listens. */
  | { readonly kind: 'refuse'; readonly address: string }
  | { readonly kind: 'unknown-host' };

/** What a process sends through its control channel: one JSON document a line. The id of its question names a connection from then on. */
export type ProcessMessage =
  | { readonly kind: 'connect'; readonly id: number; readonly host: string; readonly port: number }
  | { readonly kind: 'resolve'; readonly id: number; readonly host: string }
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'listening'; readonly port: number; readonly localPort: number }
  | { readonly kind: 'trace'; readonly datagram: string };

/** What a process hears through its control channel: one JSON document a line. */
export type CloudMessage =
  /** After one that says `drop` another may follow. */
  | { readonly kind: 'verdict'; readonly id: number; readonly verdict: Verdict }
  | { readonly kind: 'addresses'; readonly id: number; readonly addresses: readonly string[] }
  /** The network between has gone: the connection ends as one whose packets are no longer answered. */
  | { readonly kind: 'sever'; readonly id: number }
  | { readonly kind: 'clock'; readonly clock: ClockReading };
