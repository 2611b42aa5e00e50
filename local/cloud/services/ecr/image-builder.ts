import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ProgramFile, ProgramFiles } from '../../network/program-files';
import { parseDockerfile, UnsupportedDockerfile, type Copy, type Dockerfile } from './dockerfile';
import { CONFIGURATION_TYPE, LAYER_TYPE, MANIFEST_TYPE, type ImageConfiguration, type ImageContent } from './image';

/** A build context, as the asset manifest of a cloud assembly describes it. */
export interface BuildContext {
  readonly directory: string;
  /** @default Dockerfile */
  readonly dockerfile?: string | undefined;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
}

/** Builds images from directories with a Dockerfile of the small kind that `parseDockerfile` reads. */
export class ImageBuilder {
  constructor(private readonly programs: Pick<ProgramFiles, 'write'>) {}

  /** Raises `UnsupportedDockerfile` for what cannot be built. The same context gives the same digest. */
  async build({ directory, dockerfile: file = 'Dockerfile', buildArguments }: BuildContext): Promise<ImageContent> {
    const dockerfile = parseDockerfile(await readFile(path.join(directory, file), 'utf8'), buildArguments);
    const files = await filesOf(directory, dockerfile);
    const listing = JSON.stringify(files.map(({ path: name, content }) => [name, hash(content)]));
    const program = await this.programs.write(files, Buffer.from(listing));
    const configuration = configurationOf(dockerfile);
    const layerDigest = `sha256:${hash(Buffer.from(listing))}`;
    const sizeBytes = files.reduce((sum, { content }) => sum + content.length, 0);
    const manifest = manifestOf(dockerfile, configuration, layerDigest, sizeBytes);
    return { digest: `sha256:${hash(Buffer.from(manifest))}`, manifest, layerDigest, sizeBytes, configuration, directory: program.directory };
  }
}

function configurationOf({ workingDirectory, environment, entryPoint, command, exposedPorts, labels, user }: Dockerfile): ImageConfiguration {
  return { workingDirectory, environment, entryPoint, command, exposedPorts, labels, user };
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md */
function manifestOf(dockerfile: Dockerfile, configuration: ImageConfiguration, layerDigest: string, sizeBytes: number): string {
  const config = JSON.stringify({ base: dockerfile.baseImage, ...configuration });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: CONFIGURATION_TYPE, size: config.length, digest: `sha256:${hash(Buffer.from(config))}` },
    layers: [{ mediaType: LAYER_TYPE, size: sizeBytes, digest: layerDigest }],
  });
}

/** The files of the working directory: nothing outside of it can be read by a program of the cloud. */
async function filesOf(context: string, { copies, workingDirectory }: Dockerfile): Promise<readonly ProgramFile[]> {
  const files = new Map<string, Buffer>();
  for (const copy of copies) {
    for (const [target, source] of await copiedFiles(context, copy)) {
      const inside = path.posix.relative(workingDirectory, target);
      if (inside.startsWith('..')) throw new UnsupportedDockerfile(`COPY to ${target}: files outside WORKDIR ${workingDirectory} cannot be read by the program`);
      files.set(inside, await readFile(source));
    }
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => ({ path: name, content }));
}

/** https://docs.docker.com/reference/dockerfile/#copy: of a directory its contents are copied, a file goes into a directory or becomes the target. */
async function copiedFiles(context: string, { sources, target }: Copy): Promise<readonly (readonly [target: string, source: string])[]> {
  const copied: (readonly [string, string])[] = [];
  for (const source of sources) {
    if (source.includes('*')) throw new UnsupportedDockerfile(`COPY ${source}: name files and directories one by one`);
    const from = path.join(context, source);
    if (path.relative(context, from).startsWith('..')) throw new UnsupportedDockerfile(`COPY ${source}: outside the build context`);
    const info = await stat(from).catch(() => undefined);
    if (!info) throw new UnsupportedDockerfile(`COPY ${source}: not in the build context`);
    if (info.isDirectory()) for (const name of await filesIn(from)) copied.push([path.posix.join(target, name), path.join(from, name)]);
    else copied.push([target.endsWith('/') || sources.length > 1 ? path.posix.join(target, path.basename(source)) : target, from]);
  }
  return copied;
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
