import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credentials } from '../../gateway/credentials';
import { taskMetadata } from './describe';
import type { Container, Task } from './container-service';

/** Where a task finds its credentials and what it is told about itself. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html */
const HOST = '169.254.170.2';

/** What one container of a task gets to know. */
export interface MetadataEntry {
  readonly environment: Readonly<Record<string, string>>;
  /** For the process: the endpoint without a network in between. */
  readonly privateHosts: Readonly<Record<string, number>>;
  remove(): void;
}

interface Known {
  readonly task: Task;
  readonly container: Container;
  readonly credentials: () => Promise<Required<Credentials> & { readonly roleArn: string }>;
}

/** Answers the tasks' questions for credentials and metadata. */
export class TaskMetadata {
  private readonly entries = new Map<string, Known>();
  private server: Promise<Server> | undefined;

  /** `credentials` are those of the task role; a task without one gets none. */
  async add(task: Task, container: Container, credentials: Known['credentials'] | undefined): Promise<MetadataEntry> {
    const { port } = (await (this.server ??= this.open())).address() as AddressInfo;
    const id = randomUUID();
    this.entries.set(id, { task, container, credentials: credentials ?? (() => Promise.reject(new Error('the task has no role'))) });
    return {
      environment: {
        ...(credentials && { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/credentials/${id}` }),
        ECS_CONTAINER_METADATA_URI_V4: `http://${HOST}/v4/${id}`,
      },
      privateHosts: { [`${HOST}:80`]: port },
      remove: () => this.entries.delete(id),
    };
  }

  async close(): Promise<void> {
    const server = await this.server;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private async open(): Promise<Server> {
    const server = createServer((request, answer) => {
      void this.answerTo(request.url ?? '').then(
        (document) => answer.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(document ?? {})),
        (error: Error) => answer.writeHead(500).end(error.message),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private async answerTo(url: string): Promise<object | undefined> {
    const [, version, first = '', rest = ''] = /^\/(v2|v4)\/([^/]+)(?:\/(.+))?$/.exec(url) ?? [];
    const entry = this.entries.get(version === 'v2' ? rest : first);
    if (!entry) return undefined;
    if (version === 'v4') return rest === 'task' ? taskMetadata(entry.task) : containerMetadata(entry);
    const { accessKeyId, secretAccessKey, sessionToken, expiration, roleArn } = await entry.credentials();
    return { RoleArn: roleArn, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration: expiration.toISOString() };
  }
}

function containerMetadata({ task, container }: Known): object {
  const { name, image } = container.definition;
  return { DockerId: `${task.id}-${name ?? ''}`, Name: name, Image: image, ImageID: container.imageDigest, KnownStatus: container.status, Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [task.address] }] };
}
