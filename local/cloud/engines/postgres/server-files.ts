import { join } from 'node:path';
import type { CertificateAuthority } from '../pki/certificate-authority';
import { writePrivateFile } from './data-directory';
import type { ProcessIdentity } from './process-identity';
import { clientAuthenticationText, configurationText, effectiveParameters, type ServerParameters } from './server-configuration';

/** DNS names a server answers to; its certificate holds all of them. */
export type Hostnames = readonly [string, ...string[]];

/**
 * The files of one server: its data, and beside it what belongs to this server alone and must not travel in a snapshot -
 * configuration, key, certificate, log.
 */
export class ServerFiles {
  constructor(
    readonly directory: string,
    private readonly identity: ProcessIdentity,
  ) {}

  get data(): string {
    return join(this.directory, 'data');
  }

  get configuration(): string {
    return join(this.directory, 'postgresql.conf');
  }

  get log(): string {
    return join(this.directory, 'log');
  }

  /** Where the server keeps what ALTER SYSTEM set. */
  get alteredParameters(): string {
    return join(this.data, 'postgresql.auto.conf');
  }

  async writeConfiguration(requested: ServerParameters, own: ServerParameters): Promise<void> {
    const parameters = effectiveParameters(requested, { ...own, hba_file: this.hostRules, ssl_cert_file: this.certificate, ssl_key_file: this.key });
    await this.write(this.configuration, configurationText(parameters));
    await this.writeClientAuthentication(requested);
  }

  /**
   * Empties what ALTER SYSTEM set: it is part of the data and would travel in a snapshot, whereas on RDS parameters belong to the
   * parameter group. The server's own copy of them goes into its configuration at each start.
   */
  async forgetAlteredParameters(): Promise<void> {
    await this.write(this.alteredParameters, '');
  }

  async writeClientAuthentication(requested: ServerParameters): Promise<void> {
    await this.write(this.hostRules, clientAuthenticationText(requested));
  }

  async writeCertificate(authority: CertificateAuthority, hostnames: Hostnames): Promise<void> {
    const { key, cert } = await authority.issue(...hostnames);
    await this.write(this.key, key);
    await this.write(this.certificate, cert);
  }

  async write(file: string, text: string): Promise<void> {
    await writePrivateFile(file, text, this.identity);
  }

  private get hostRules(): string {
    return join(this.directory, 'pg_hba.conf');
  }

  private get certificate(): string {
    return join(this.directory, 'server.crt');
  }

  private get key(): string {
    return join(this.directory, 'server.key');
  }
}
