import { DatabaseError } from 'pg';
import { WrongSource } from '../../../../../lambda/snowflake-replicator/contract';
import { sourceFailure } from '../../../../../lambda/snowflake-replicator/postgres/source-failure';

describe('a failure of the source', () => {
  test.each([
    ['57014', 'SourceTimedOut', 'a statement that was cancelled by its time-out'],
    ['55P03', 'SourceTimedOut', 'a lock that was not had in time'],
    ['25P03', 'SourceTimedOut', 'a transaction that was idle for too long'],
    ['08006', 'SourceUnavailable', 'a connection that broke'],
    ['57P01', 'SourceUnavailable', 'a server that shuts down'],
    ['57P03', 'SourceUnavailable', 'a server that cannot be connected to yet'],
    ['40001', 'SourceUnavailable', 'a conflict with recovery'],
    ['XX000', 'SourceUnavailable', 'an internal error'],
    ['53300', 'SourceBusy', 'too many connections'],
    ['53200', 'SourceBusy', 'memory that is short'],
    ['28P01', 'SourceAccessDenied', 'a password that is wrong'],
    ['42501', 'SourceAccessDenied', 'a privilege that is missing'],
    ['42P01', 'SourceUnreadable', 'a table that is missing'],
    ['22P02', 'SourceUnreadable', 'a value that cannot be read'],
  ])('with SQLSTATE %s is %s: %s', (code, kind, message) => {
    const error = Object.assign(new DatabaseError(message, message.length, 'error'), { code });

    const failure = sourceFailure(error, 'COPY');

    expect(failure).toMatchObject({ name: `SnowflakeReplicator.${kind}`, message: `COPY: ${message}`, details: { sqlState: code } });
  });

  test.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED', 'SourceUnavailable'],
    ['ETIMEDOUT', 'connect ETIMEDOUT', 'SourceTimedOut'],
    [undefined, 'timeout expired', 'SourceTimedOut'],
    [undefined, 'Connection terminated unexpectedly', 'SourceUnavailable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'SourceAccessDenied'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname does not match', 'SourceAccessDenied'],
  ])('on the way there, with the code %s and the message %j, is %s', (code, message, kind) => {
    expect(sourceFailure(Object.assign(new Error(message), { code }), 'connecting').name).toBe(`SnowflakeReplicator.${kind}`);
  });

  test('that has a name already keeps it', () => {
    const failure = new WrongSource('another');

    expect(sourceFailure(failure, 'COPY')).toBe(failure);
  });
});
