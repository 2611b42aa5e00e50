import { dropStatements, fillStatement, loginName, loginPassword } from '../../../../../../local/cloud/engines/vault/database-statements';

describe('fillStatement', () => {
  it('fills in every placeholder, the expiration with five seconds of grace', () => {
    const text = fillStatement(`"{{name}}" "{{ username }}" '{{password}}' '{{expiration}}' {{other}}`, { name: 'n', password: 'p', expiresAtMs: Date.parse('2026-11-21T10:46:54.9Z') });

    expect(text).toBe(`"n" "n" 'p' '2026-11-21 10:46:59+0000' {{other}}`);
  });

  it('takes a dollar sign in a password as it is', () => {
    expect(fillStatement('{{password}}', { name: 'n', password: '$&', expiresAtMs: 0 })).toBe('$&');
  });
});

describe('loginName', () => {
  it('tells who asked, for what and when, within what PostgreSQL keeps', () => {
    expect(loginName('aws-app/session', 'replicator', 1_795_258_014_653)).toMatch(/^v-aws-app\/-replicat-[A-Za-z0-9]{20}-1795258014$/);
    expect(loginName('x'.repeat(80), 'y'.repeat(80), 1).length).toBeLessThanOrEqual(63);
  });
});

describe('loginPassword', () => {
  it('is another one each time, without a character that SQL or a URL minds', () => {
    expect(loginPassword()).not.toBe(loginPassword());
    expect(loginPassword()).toMatch(/^[A-Za-z0-9-]{20}$/);
  });
});

describe('dropStatements', () => {
  it('quotes the login', () => {
    expect(dropStatements('a"b', ['SCHEMA s'])).toEqual(['REVOKE ALL PRIVILEGES ON SCHEMA s FROM "a""b"', 'DROP ROLE IF EXISTS "a""b"']);
  });
});
