/** What a Dockerfile says about the image: which files it has and how its program runs. */
export interface Dockerfile {
  readonly baseImage: string;
  readonly workingDirectory: string;
  /** In order; later ones overwrite. */
  readonly copies: readonly Copy[];
  readonly environment: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string | undefined;
}

/** Files and directories of the build context, and where in the image they go. */
export interface Copy {
  readonly sources: readonly string[];
  /** Absolute; ends with a slash when it is a directory for certain. */
  readonly target: string;
}

/** A Dockerfile that asks for what the local cloud does not build. */
export class UnsupportedDockerfile extends Error {
  override readonly name = 'UnsupportedDockerfile';
}

interface Draft {
  baseImage: string | undefined;
  workingDirectory: string;
  readonly copies: Copy[];
  readonly environment: Record<string, string>;
  readonly exposedPorts: number[];
  readonly labels: Record<string, string>;
  entryPoint: readonly string[];
  command: readonly string[];
  user: string | undefined;
}

type Instruction = (draft: Draft, argument: string) => void;

/** Images in which Node is what runs, by the last part of their name. */
const NODE_IMAGE = /^(?:[\w.-]+(?::\d+)?\/)?(?:[\w.-]+\/)*(node|nodejs[\w-]*)(?:[:@].+)?$/;

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  FROM: (draft, argument) => {
    const [image = '', ...rest] = argument.split(/\s+/).filter((word) => !word.startsWith('--'));
    if (draft.baseImage !== undefined) throw new UnsupportedDockerfile('a second FROM: the local cloud builds images of one stage');
    const [, name] = NODE_IMAGE.exec(image) ?? [];
    if (name === undefined || rest.length > 0) throw new UnsupportedDockerfile(`FROM ${argument}: expected an image of Node, such as public.ecr.aws/docker/library/node:24-slim`);
    draft.baseImage = image;
    // Images called nodejs, without a shell, have Node as their entry point: https://github.com/GoogleContainerTools/distroless/tree/main/nodejs
    draft.entryPoint = name === 'node' ? [] : ['node'];
  },
  WORKDIR: (draft, argument) => {
    draft.workingDirectory = absolute(argument, draft.workingDirectory);
  },
  COPY: (draft, argument) => draft.copies.push(readCopy(argument, draft.workingDirectory)),
  ENV: (draft, argument) => void Object.assign(draft.environment, readPairs(argument, 'ENV')),
  LABEL: (draft, argument) => void Object.assign(draft.labels, readPairs(argument, 'LABEL')),
  EXPOSE: (draft, argument) => {
    for (const port of argument.split(/\s+/)) {
      if (!/^\d+(\/tcp)?$/.test(port)) throw new UnsupportedDockerfile(`EXPOSE ${port}: expected a TCP port`);
      draft.exposedPorts.push(Number.parseInt(port, 10));
    }
  },
  USER: (draft, argument) => {
    draft.user = argument;
  },
  ENTRYPOINT: (draft, argument) => {
    draft.entryPoint = readList(argument, 'ENTRYPOINT');
    // https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    draft.command = [];
  },
  CMD: (draft, argument) => {
    draft.command = readList(argument, 'CMD');
  },
};

/** Reads the instructions that an image of Node needs, and refuses all others by name. `buildArguments` replace the defaults of ARG. */
export function parseDockerfile(text: string, buildArguments: Readonly<Record<string, string>> = {}): Dockerfile {
  const draft: Draft = { baseImage: undefined, workingDirectory: '/', copies: [], environment: {}, exposedPorts: [], labels: {}, entryPoint: [], command: [], user: undefined };
  const declared: Record<string, string> = {};
  for (const [name, rawArgument] of instructionsIn(text)) {
    const argument = name === 'CMD' || name === 'ENTRYPOINT' ? rawArgument : substitute(rawArgument, { ...declared, ...draft.environment });
    if (name === 'ARG') {
      const [key = '', fallback = ''] = argument.split('=', 2);
      declared[key] = buildArguments[key] ?? fallback;
      continue;
    }
    const instruction = INSTRUCTIONS[name];
    if (!instruction) throw new UnsupportedDockerfile(`${name}: the local cloud builds images with ${Object.keys(INSTRUCTIONS).join(', ')} and ARG alone`);
    if (draft.baseImage === undefined && name !== 'FROM') throw new UnsupportedDockerfile(`${name} before FROM`);
    instruction(draft, argument);
  }
  const { baseImage } = draft;
  if (baseImage === undefined) throw new UnsupportedDockerfile('no FROM');
  return { ...draft, baseImage };
}

function instructionsIn(text: string): readonly (readonly [name: string, argument: string])[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', argument = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      return [name.toUpperCase(), argument] as const;
    });
}

function substitute(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const value = variables[name];
    if (value === undefined) throw new UnsupportedDockerfile(`$${name} is neither an ARG nor an ENV`);
    return value;
  });
}

function readCopy(argument: string, workingDirectory: string): Copy {
  const words = argument.startsWith('[') ? readList(argument, 'COPY') : argument.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  const foreign = flags.find((flag) => !/^--(chown|chmod|link)\b/.test(flag));
  if (foreign !== undefined) throw new UnsupportedDockerfile(`COPY ${foreign}: only files of the build context can be copied`);
  const paths = words.filter((word) => !word.startsWith('--'));
  const target = paths.at(-1);
  if (paths.length < 2 || target === undefined) throw new UnsupportedDockerfile(`COPY ${argument}: expected sources and a target`);
  const resolved = absolute(target, workingDirectory);
  return { sources: paths.slice(0, -1), target: resolved === workingDirectory ? `${resolved}/` : resolved };
}

/** Shell form is refused: its shell would keep SIGTERM from the program. https://docs.docker.com/reference/dockerfile/#shell-form-entrypoint-example */
function readList(argument: string, name: string): readonly string[] {
  try {
    const list = JSON.parse(argument) as unknown;
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list;
  } catch {
    // Not JSON: the message below tells what is expected.
  }
  throw new UnsupportedDockerfile(`${name} ${argument}: expected a JSON list, such as ["node", "server.js"]`);
}

function readPairs(argument: string, name: string): Record<string, string> {
  if (!argument.includes('=')) throw new UnsupportedDockerfile(`${name} ${argument}: expected KEY=value`);
  const pairs = [...argument.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|\S*)/g)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value]));
}

function absolute(target: string, workingDirectory: string): string {
  const parts = (target.startsWith('/') ? target : `${workingDirectory}/${target}`).split('/');
  const kept: string[] = [];
  for (const part of parts) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const isDirectory = /(^|\/)\.?$/.test(target);
  return `/${kept.join('/')}${isDirectory && kept.length > 0 ? '/' : ''}`;
}
