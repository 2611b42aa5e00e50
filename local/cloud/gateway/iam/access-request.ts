import type { RequestPrincipal } from './principal';
import type { ContextValue } from './request-context';

/** One question to IAM: may this principal perform this action on this resource? */
export interface AccessRequest {
  readonly principal: RequestPrincipal;
  /**
   * Services that make the request with the caller's permissions, in order: a forward access session. They are named as
   * principals, such as `rds.amazonaws.com`. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
   */
  readonly viaServices?: readonly string[];
  readonly action: string;
  /** ARN, or `*` for actions that concern no resource. */
  readonly resource: string;
  /** The account that owns the resource; for `*` the account in which the call is made. */
  readonly resourceAccount: string;
  /** Condition keys, without those that follow from the other members: see `contextOf`. */
  readonly context?: Readonly<Record<string, ContextValue>>;
}
