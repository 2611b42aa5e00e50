import { isServerAnswer } from '../../common/postgres/connect';
import { OperationError } from '../../common/errors';
import { SourceAccessDenied, SourceBusy, SourceTimedOut, SourceUnavailable, SourceUnreadable } from '../contract';

/** SQLSTATE, or its first two characters for a class. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_STATE: readonly (readonly [RegExp, 'unavailable' | 'timedOut' | 'busy' | 'denied'])[] = [
  [/^(57014|55P03|25P03|25P04)$/, 'timedOut'],
  [/^(08|57P0|40|XX000)/, 'unavailable'],
  [/^53/, 'busy'],
  [/^(28|42501)/, 'denied'],
];
/** Messages of pg and of Node's sockets, which have no SQLSTATE. */
const TIMED_OUT = /timeout|ETIMEDOUT/i;
const CERTIFICATE = /certificate|self[- ]signed|UNABLE_TO_VERIFY|ERR_TLS/i;

/** The failure as one of the contract's, which says whether trying again may help. Messages of PostgreSQL hold no secrets of ours. */
export function sourceFailure(error: unknown, doing: string): OperationError {
  if (error instanceof OperationError) return error;
  const { message } = error as Error;
  const what = `${doing}: ${message}`;
  const options: [string, Readonly<Record<string, unknown>>, ErrorOptions] = [what, { sqlState: isServerAnswer(error) ? error.code : undefined }, { cause: error }];
  if (!isServerAnswer(error)) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (CERTIFICATE.test(`${code} ${message}`)) return new SourceAccessDenied(...options);
    return TIMED_OUT.test(`${code} ${message}`) ? new SourceTimedOut(...options) : new SourceUnavailable(...options);
  }
  const kind = BY_STATE.find(([pattern]) => pattern.test(error.code ?? ''))?.[1];
  switch (kind) {
    case 'timedOut':
      return new SourceTimedOut(...options);
    case 'unavailable':
      return new SourceUnavailable(...options);
    case 'busy':
      return new SourceBusy(...options);
    case 'denied':
      return new SourceAccessDenied(...options);
    case undefined:
      return new SourceUnreadable(...options);
  }
}
