import { SnowflakeError } from '../snowflake-error';

/** What a login says of itself, from the `data` of the driver's login request. */
export interface LoginRequest {
  readonly accountName: string;
  readonly loginName: string;
  readonly authenticator: string;
  readonly password: string | undefined;
  readonly token: string | undefined;
  readonly provider: string | undefined;
  readonly sessionParameters: Readonly<Record<string, unknown>>;
}

/** Reads the `data` of a login request. */
export function readLoginRequest(data: Readonly<Record<string, unknown>>): LoginRequest {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : undefined);
  const parameters = data.SESSION_PARAMETERS;
  return {
    accountName: text('ACCOUNT_NAME') ?? '',
    loginName: (text('LOGIN_NAME') ?? '').toUpperCase(),
    authenticator: (text('AUTHENTICATOR') ?? 'SNOWFLAKE').toUpperCase(),
    password: text('PASSWORD'),
    token: text('TOKEN'),
    provider: text('PROVIDER'),
    sessionParameters: typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {},
  };
}

/** A login that failed; the driver does not try it again. */
export function loginFailure(code: string, message: string): SnowflakeError {
  return new SnowflakeError(code, '08001', message);
}
