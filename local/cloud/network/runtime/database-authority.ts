import { X509Certificate } from 'node:crypto';
import tls, { type SecureContextOptions } from 'node:tls';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;

/**
 * Lets the cloud's own authority stand for the one that signs RDS certificates: a client that trusts the bundle which AWS
 * publishes trusts the cloud's databases too, and a client that trusts something else does not.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export function standInForDatabaseAuthority(certificate: string): void {
  const createSecureContext = tls.createSecureContext;
  tls.createSecureContext = (options?: SecureContextOptions) => {
    const authorities = options?.ca === undefined ? [] : [options.ca].flat();
    return createSecureContext(authorities.some(isOfRds) ? { ...options, ca: [...authorities, certificate] } : options);
  };
}

/** A bundle of RDS holds nothing else, so its first certificate tells. */
function isOfRds(bundle: string | Buffer): boolean {
  const [first] = CERTIFICATE.exec(bundle.toString()) ?? [];
  return first !== undefined && /Amazon RDS/.test(new X509Certificate(first).subject);
}
