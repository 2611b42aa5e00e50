import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalCloud, SdkClientClass } from '../../cloud/local-cloud';
import type { Place } from '../../cloud/gateway/service';

interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Somebody who acts as a role, and may try to become another. */
export class Person {
  private constructor(
    private readonly cloud: LocalCloud,
    private readonly place: Place,
    private readonly credentials: SessionCredentials,
  ) {}

  /** Somebody whose account lets them be this role. */
  static async of(cloud: LocalCloud, place: Place, roleArn: string): Promise<Person> {
    return new Person(cloud, place, await assume(cloud.client(STSClient, place), roleArn));
  }

  /** The same person in another role. */
  async as(roleArn: string): Promise<Person> {
    return new Person(this.cloud, this.place, await assume(this.client(STSClient), roleArn));
  }

  client<Client>(clientClass: SdkClientClass<Client>): Client {
    return new clientClass({ region: this.place.region, endpoint: this.cloud.endpoint, credentials: this.credentials });
  }
}

async function assume(sts: STSClient, RoleArn: string): Promise<SessionCredentials> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: RoleArn.split('/').pop() }));
  return { accessKeyId: Credentials?.AccessKeyId ?? '', secretAccessKey: Credentials?.SecretAccessKey ?? '', sessionToken: Credentials?.SessionToken ?? '' };
}
