import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { AwsError } from '../../gateway/aws-error';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size: memory in MiB by CPU units; the steps in between are of 1024. */
const SIZES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '256': [512, 2048],
  '512': [1024, 4096],
  '1024': [2048, 8192],
  '2048': [4096, 16_384],
  '4096': [8192, 30_720],
  '8192': [16_384, 61_440],
  '16384': [32_768, 122_880],
};

/** What a container may say here; everything else would be ignored and is therefore refused. */
const UNDERSTOOD = new Set<string>([
  'name', 'image', 'essential', 'environment', 'secrets', 'portMappings', 'logConfiguration', 'command', 'entryPoint', 'workingDirectory', 'stopTimeout', 'dockerLabels',
  // A process of the cloud can write to its temporary directory alone, as whoever it runs as.
  'readonlyRootFilesystem', 'user', 'privileged', 'linuxParameters', 'ulimits',
  // Sizes are reserved and not enforced.
  'cpu', 'memory', 'memoryReservation', 'startTimeout',
  'mountPoints', 'volumesFrom', 'links', 'dnsServers', 'versionConsistency',
]);
const MOST_STOP_TIMEOUT_SECONDS = 120;

/** Refuses a task definition that Fargate refuses, and one that asks for what the local cloud does not run. */
export function checkTaskDefinition({ family = '', containerDefinitions = [], cpu = '', memory = '', networkMode, requiresCompatibilities = [], volumes = [] }: RegisterTaskDefinitionCommandInput): void {
  if (!/^[\w-]{1,255}$/.test(family)) throw invalid(`Family contains invalid characters: ${family}`);
  if (containerDefinitions.length === 0) throw invalid('Container list cannot be empty.');
  if (!requiresCompatibilities.includes('FARGATE')) throw invalid(`requiresCompatibilities ${requiresCompatibilities.join(', ')}: the local cloud runs tasks of FARGATE alone`);
  if (networkMode !== 'awsvpc') throw invalid('Fargate only supports network mode ‘awsvpc’.');
  const size = SIZES[cpu];
  if (!size) throw invalid(`Fargate requires task definition to have a valid cpu, got '${cpu}': one of ${Object.keys(SIZES).join(', ')}`);
  if (Number(memory) < size[0] || Number(memory) > size[1]) throw invalid(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`);
  if (volumes.length > 0) throw invalid('volumes: tasks of the local cloud have none');
  const names = containerDefinitions.map(({ name = '' }) => name);
  if (new Set(names).size < names.length) throw invalid('Container names must be unique within a task definition.');
  if (containerDefinitions.every(({ essential }) => essential === false)) throw invalid('At least one container must be essential.');
  containerDefinitions.forEach(checkContainer);
}

function checkContainer(container: ContainerDefinition): void {
  const { name = '', image, portMappings = [], stopTimeout = 0, secrets = [], environment = [], mountPoints = [], logConfiguration } = container;
  const foreign = Object.entries(container).find(([key, value]) => !UNDERSTOOD.has(key) && value !== undefined && !(Array.isArray(value) && value.length === 0))?.[0];
  if (foreign !== undefined) throw invalid(`containerDefinitions ${name}, ${foreign}: the local cloud's containers do not have it`);
  if (!image) throw invalid('Container.image should not be null or empty.');
  if (mountPoints.length > 0) throw invalid(`containerDefinitions ${name}, mountPoints: tasks of the local cloud have no volumes`);
  if (stopTimeout > MOST_STOP_TIMEOUT_SECONDS) throw invalid(`The maximum stop timeout on Fargate is ${MOST_STOP_TIMEOUT_SECONDS} seconds, got ${stopTimeout}`);
  if (portMappings.some(({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== containerPort)) throw invalid('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
  const double = secrets.find((secret) => environment.some((each) => each.name === secret.name))?.name;
  if (double !== undefined) throw invalid(`The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${double}'.`);
  if (logConfiguration && logConfiguration.logDriver !== 'awslogs') throw invalid(`logDriver ${logConfiguration.logDriver ?? ''}: the local cloud has awslogs alone`);
}

function invalid(message: string): AwsError {
  return new AwsError('ClientException', message);
}
