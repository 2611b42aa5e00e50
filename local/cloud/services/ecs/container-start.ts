import type { KeyValuePair } from '@aws-sdk/client-ecs';
import type { CloudClient } from '../../gateway/cloud-client';
import type { NetworkView } from '../../network/confined-process';
import type { InterfaceSource } from '../../network/network-source';
import type { ImageContent } from '../ecr/image';
import { ContainerLog } from './container-log';
import { readSecrets } from './container-secrets';
import type { Container, Task } from './container-service';
import type { EcsContext } from './ecs-context';
import { programOf } from './program-of';
import type { TaskMetadata } from './task-metadata';
import type { TaskRoles } from './task-roles';

export interface StartPorts extends Pick<EcsContext, 'cloud' | 'fabric' | 'launcher'> {
  readonly metadata: TaskMetadata;
  readonly roles: TaskRoles;
}

export interface StartProps {
  readonly task: Task;
  readonly container: Container;
  readonly image: ImageContent;
  readonly source: InterfaceSource;
  readonly executionRole: CloudClient | undefined;
}

/** How long the cloud's time keeps to the machine's while a program that has a port comes up. */
const LONGEST_BOOT_MS = 20_000;

/** Starts the process of a container, and resolves when it listens on its first port, if it has any, or has ended. Raises `TaskStartFailure`. */
export async function startContainer(ports: StartPorts, { task, container, image, source, executionRole }: StartProps): Promise<void> {
  const { definition } = container;
  const { name: containerName = '' } = definition;
  const override = task.overrides.containerOverrides?.find(({ name }) => name === containerName);
  const program = programOf(image, { ...definition, ...(override?.command && { command: override.command }) });
  const secrets = await readSecrets(definition.secrets, executionRole);
  const log = await ContainerLog.open(ports.cloud, { configuration: definition.logConfiguration, containerName, taskId: task.id, role: executionRole });
  const metadata = await ports.metadata.add(task, container, await ports.roles.taskRole(task));
  const boot = newBoot(ports.fabric.viewOf(source, { accepts: true }));
  const process = await ports.launcher.startProcess({
    directory: program.directory,
    entry: program.entry,
    arguments: program.arguments,
    nodeArguments: program.nodeArguments,
    environment: {
      ...image.configuration.environment,
      ...pairs(definition.environment),
      ...pairs(override?.environment),
      ...secrets,
      ...metadata.environment,
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: task.region,
      AWS_DEFAULT_REGION: task.region,
      HOSTNAME: hostNameOf(task),
      PATH: '/usr/local/bin:/usr/bin:/bin',
    },
    network: boot.network,
    privateHosts: metadata.privateHosts,
  });
  container.process = process;
  container.status = 'RUNNING';
  log.follow(process.stdout);
  log.follow(process.stderr);
  void process.exited.then(() => metadata.remove());
  if (definition.portMappings?.length) await Promise.race([boot.listening, process.exited, ports.cloud.clock.sleep(LONGEST_BOOT_MS)]);
}

/** A view of the network that tells when the process begins to listen. */
function newBoot(network: NetworkView): { readonly network: NetworkView; readonly listening: Promise<void> } {
  let begun: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => (begun = resolve));
  const announce = (port: number, localPort: number): (() => void) => {
    begun();
    return network.listening?.(port, localPort) ?? (() => undefined);
  };
  return { network: { ...network, listening: announce }, listening };
}

function pairs(environment: readonly KeyValuePair[] | undefined): Record<string, string> {
  return Object.fromEntries((environment ?? []).map(({ name = '', value = '' }) => [name, value]));
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html: named after the private address. */
function hostNameOf({ address = '', region }: Task): string {
  return `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`;
}
