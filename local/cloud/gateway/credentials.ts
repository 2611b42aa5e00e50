import { randomBytes } from 'node:crypto';
import { AwsError } from './aws-error';
import type { CloudClock } from './clock';
import { accountRoot, type Principal } from './principal';

/** Keys that sign requests, in the form that an SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

interface Issued {
  readonly credentials: Credentials;
  readonly principal: Principal;
}

/** Knows which access key belongs to whom. */
export class CredentialStore {
  private readonly issued = new Map<string, Issued>();
  private readonly administrators = new Map<string, Credentials>();

  constructor(private readonly clock: CloudClock) {}

  /** Long-lived credentials of an account's administrator: what a person at the AWS CLI would use. */
  administratorOf(account: string): Credentials {
    const known = this.administrators.get(account);
    if (known) return known;
    const credentials = { accessKeyId: newId('AKIA'), secretAccessKey: newSecret() };
    this.administrators.set(account, credentials);
    this.issued.set(credentials.accessKeyId, { credentials, principal: accountRoot(account) });
    return credentials;
  }

  /** Temporary credentials of a session. */
  issueTemporary(principal: Principal, durationSeconds: number): Required<Credentials> & { readonly expiration: Date } {
    const credentials = {
      accessKeyId: newId('ASIA'),
      secretAccessKey: newSecret(),
      sessionToken: randomBytes(96).toString('base64'),
      expiration: new Date(this.clock.nowMs() + durationSeconds * 1000),
    };
    this.issued.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  }

  /** Whose key this is. Unknown and expired keys get the errors that AWS gives. */
  resolve(accessKeyId: string, sessionToken: string | undefined): Issued {
    const found = this.issued.get(accessKeyId);
    if (!found) throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 });
    const { credentials } = found;
    if (credentials.sessionToken !== sessionToken) {
      throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', { status: 403 });
    }
    if (credentials.expiration && credentials.expiration.getTime() < this.clock.nowMs()) {
      throw new AwsError('ExpiredToken', 'The security token included in the request is expired', { status: 403 });
    }
    return found;
  }
}

/** An identifier in the form of an AWS unique id: a prefix that tells the kind, then 16 letters and digits. */
export function newId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length]).join('');
}

function newSecret(): string {
  return randomBytes(30).toString('base64');
}
