import { OperationError } from '../../common/errors';
import { WarehouseAccessDenied, WarehouseMisconfigured, WarehouseRefused, WarehouseThrottled, WarehouseTimedOut, WarehouseUnavailable } from '../contract';

/** As much of the driver's errors as tells what happened. */
interface DriverFailure {
  readonly message: string;
  readonly code?: string | number;
  readonly sqlState?: string;
  readonly response?: { readonly status?: number };
  readonly cause?: { readonly code?: string; readonly response?: { readonly status?: number } };
}

type Kind = 'denied' | 'misconfigured' | 'timedOut' | 'throttled' | 'unavailable';

/** Stands in remedies for the warehouse's name, which Snowflake does not tell. */
const WAREHOUSE = '<warehouse>';

/**
 * Codes of Snowflake that say more than their SQLSTATE. Most of Snowflake's codes are documented nowhere in one place;
 * these are from its messages and from the driver.
 */
const BY_CODE: readonly (readonly [RegExp, Kind, remedy?: string])[] = [
  [/^(390100|390101|390102|390144|390186|390189|390318|390422|394300|394304|394400)$/, 'denied', `check the user's RSA_PUBLIC_KEY or WORKLOAD_IDENTITY, its network policy and that its role is granted to it`],
  [/^000606$/, 'misconfigured', `create warehouse ${WAREHOUSE}, resume it, or grant USAGE on it to the role`],
  [/^(090073|000608|090230)$/, 'misconfigured', `warehouse ${WAREHOUSE} cannot be resumed: look at its resource monitor`],
  [/^(002003|002043)$/, 'misconfigured', 'create it, or grant the role what it needs to see it'],
  [/^002002$/, 'misconfigured', 'an object of this name is there that the role did not make, and may not see: drop or rename it, or choose another name with target'],
  [/^003001$/, 'denied', 'grant the role the privilege'],
  [/^(000625|000629)$/, 'throttled'],
  [/^(000630|000604)$/, 'timedOut'],
  [/^(390112|390114|390195|390111)$/, 'unavailable'],
  [/^(401|402)\d{3}$/, 'unavailable'],
];
/** HTTP statuses that ask for patience. */
const TOO_MANY_REQUESTS = 429;
const TIMED_OUT = /timed? ?out|ETIMEDOUT/i;

/** SQLSTATE classes of values that have no place where they should go. */
const REJECTED_DATA = /^22/;
/** The driver's code for a login that was never answered, and for one that gave the key up. */
const KEY_UNUSABLE = /^4040(26|27|28)$/;

/** Snowflake has no place for a value in a file or a statement. Whoever loads it can find out for which. */
export class DataRejected extends WarehouseRefused {}

/** The failure as one of the contract's, which says whether trying again may help. `warehouse` is the one that was to do it. */
export function warehouseFailure(error: unknown, doing: string, warehouse: string): OperationError {
  if (error instanceof OperationError) return error;
  const { message, code, sqlState, response, cause } = error as DriverFailure;
  const status = response?.status ?? cause?.response?.status;
  const options: [string, Readonly<Record<string, unknown>>, ErrorOptions] = [`${doing}: ${message}`, { code, sqlState, status }, { cause: error }];
  if (status === TOO_MANY_REQUESTS) return new WarehouseThrottled(...options);
  const found = BY_CODE.find(([pattern]) => pattern.test(String(code)));
  if (found) return failureOf(found[1], withRemedy(options, found[2]?.replace(WAREHOUSE, () => warehouse)));
  if (KEY_UNUSABLE.test(String(code))) return new WarehouseAccessDenied(...withRemedy(options, 'the private key must be PKCS#8 in PEM, with its passphrase if it has one'));
  if (REJECTED_DATA.test(sqlState ?? '')) return new DataRejected(...options);
  if (sqlState === '57014' || TIMED_OUT.test(`${message} ${cause?.code ?? ''}`)) return new WarehouseTimedOut(...options);
  return sqlState === undefined ? new WarehouseUnavailable(...options) : new WarehouseRefused(...options);
}

type Details = [string, Readonly<Record<string, unknown>>, ErrorOptions];

function withRemedy([message, ...rest]: Details, remedy: string | undefined): Details {
  return [remedy === undefined ? message : `${message.replace(/\.$/, '')}; ${remedy}`, ...rest];
}

function failureOf(kind: Kind, options: Details): OperationError {
  switch (kind) {
    case 'denied':
      return new WarehouseAccessDenied(...options);
    case 'misconfigured':
      return new WarehouseMisconfigured(...options);
    case 'timedOut':
      return new WarehouseTimedOut(...options);
    case 'throttled':
      return new WarehouseThrottled(...options);
    case 'unavailable':
      return new WarehouseUnavailable(...options);
  }
}
