import path from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ImageContent } from '../ecr/image';
import { TaskStartFailure } from './image-pull';

/** What a container runs: a file of its image, with Node. */
export interface ContainerProgram {
  readonly directory: string;
  readonly entry: string;
  readonly nodeArguments: readonly string[];
  readonly arguments: readonly string[];
}

/** Options of Node that are followed by a value of their own. */
const WITH_VALUE = new Set(['-r', '--require', '--import', '--conditions', '-C', '--env-file']);

/** Reads the command of a container: https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact */
export function programOf({ configuration, directory }: ImageContent, { entryPoint, command, workingDirectory }: ContainerDefinition): ContainerProgram {
  // An entry point of the definition drops the command of the image, as `docker run --entrypoint` does.
  const words = [...(entryPoint ?? configuration.entryPoint), ...(command ?? (entryPoint ? [] : configuration.command))];
  const [program = '', ...rest] = words;
  if (path.posix.basename(program) !== 'node') {
    throw new TaskStartFailure(`CannotStartContainerError: exec: "${program}": the images of the local cloud have Node alone`);
  }
  if (workingDirectory !== undefined && workingDirectory !== configuration.workingDirectory) {
    throw new TaskStartFailure(`CannotStartContainerError: workingDirectory ${workingDirectory}: the local cloud has the files of ${configuration.workingDirectory} alone`);
  }
  const at = scriptIndex(rest);
  const script = rest[at];
  if (script === undefined) throw new TaskStartFailure(`CannotStartContainerError: ${words.join(' ')}: expected a file for Node to run`);
  const inside = path.posix.relative(configuration.workingDirectory, path.posix.resolve(configuration.workingDirectory, script));
  return { directory, entry: path.join(directory, inside), nodeArguments: rest.slice(0, at), arguments: rest.slice(at + 1) };
}

function scriptIndex(words: readonly string[]): number {
  let index = 0;
  while (words[index]?.startsWith('-')) index += WITH_VALUE.has(words[index] ?? '') ? 2 : 1;
  return index;
}
