import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A server's private key and the certificate chain it presents, both PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/**
 * Issues the certificates of one local cloud, so that every client verifies its server as it would in production.
 *
 * The authority lives and dies with the process; nothing trusts it unless `certificatePem` is handed over.
 */
export class CertificateAuthority {
  private readonly issued = new Map<string, Promise<ServerIdentity>>();

  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly certificate: X509Certificate,
    /** The root certificate, PEM: what a client must trust. */
    readonly certificatePem: string,
  ) {}

  static async create(): Promise<CertificateAuthority> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=Holdfast local cloud',
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true)],
    });
    return new CertificateAuthority(keys, certificate, certificate.toString('pem'));
  }

  /** Returns the key and certificate for a server that answers to these DNS names; the same names get the same identity. */
  async issue(...dnsNames: readonly [string, ...string[]]): Promise<ServerIdentity> {
    const key = dnsNames.join(',');
    const known = this.issued.get(key) ?? this.sign(dnsNames);
    this.issued.set(key, known);
    return known;
  }

  private async sign(dnsNames: readonly [string, ...string[]]): Promise<ServerIdentity> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.create({
      // A common name holds at most 64 characters (RFC 5280, ub-common-name); clients read the alternative names.
      subject: `CN=${dnsNames[0].slice(0, 64)}`,
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new BasicConstraintsExtension(false),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value }))),
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), cert: certificate.toString('pem') };
  }
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** TLS checks dates against the machine's clock, not the cloud's, so the window is wide on both sides of today. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - DAY_MS), notAfter: new Date(now + 365 * DAY_MS) };
}
