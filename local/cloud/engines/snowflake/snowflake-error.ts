/**
 * A failure as Snowflake reports it: `code` and `sqlState` are what the driver puts on its error.
 *
 * A reply without `sqlState` makes the driver send the statement again, so every failure has one.
 */
export class SnowflakeError extends Error {
  override readonly name = 'SnowflakeError';

  constructor(
    readonly code: string,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }
}

/** The text does not follow the grammar; `what` names the unexpected piece and where it stands. */
export function syntaxError(what: string): SnowflakeError {
  return new SnowflakeError('001003', '42000', `SQL compilation error:\nsyntax error ${what}.`);
}

/** The statement is well-formed but cannot be compiled. */
export function compilationError(code: string, sqlState: string, message: string): SnowflakeError {
  return new SnowflakeError(code, sqlState, `SQL compilation error:\n${message}`);
}

/** The object is missing, or the role may not know that it exists: Snowflake tells the two apart on purpose not at all. */
export function missingObject(kind: string, name: string): SnowflakeError {
  return compilationError('002003', '02000', `${kind} '${name}' does not exist or not authorized.`);
}

/** The role may see the object but not do this with it. */
export function insufficientPrivileges(kind: string, name: string): SnowflakeError {
  return new SnowflakeError('003001', '42501', `SQL access control error:\nInsufficient privileges to operate on ${kind} '${name}'`);
}

export function existingObject(name: string): SnowflakeError {
  return compilationError('002002', '42710', `Object '${name}' already exists.`);
}

export function invalidIdentifier(name: string): SnowflakeError {
  return compilationError('000904', '42000', `invalid identifier '${name}'`);
}

/** A value given for an option or parameter is not one of those allowed. */
export function invalidValue(what: string, value: string, allowed: string): SnowflakeError {
  return compilationError('001008', '22023', `invalid value [${value}] for parameter '${what}', allowed: ${allowed}`);
}

/**
 * Snowflake might accept this, but the stand-in cannot do it faithfully and therefore refuses it.
 * Never raised for something Snowflake itself refuses.
 */
export function beyondStandIn(what: string): SnowflakeError {
  return new SnowflakeError('000002', '0A000', `Unsupported feature '${what}' (a limit of the warehouse stand-in, not of Snowflake).`);
}
