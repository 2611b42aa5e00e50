import type { AuroraEngine, InstanceEngine } from './state/database';
import { invalidValue } from './request-errors';

export type Engine = AuroraEngine | InstanceEngine;

/**
 * Versions that can be asked for, newest last. Whatever is asked for, the server is the one PostgreSQL that comes with the
 * local cloud.
 *
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
 */
const MINORS: Readonly<Record<Engine, Readonly<Record<string, readonly number[]>>>> = {
  'aurora-postgresql': {
    '14': [9, 10, 11, 12, 13, 15, 17, 18, 19, 20, 22],
    '15': [4, 5, 6, 7, 8, 10, 12, 13, 14, 15, 17],
    '16': [1, 2, 3, 4, 6, 8, 9, 10, 11, 13],
    '17': [4, 5, 6, 7, 9],
  },
  postgres: {
    '14': [12, 13, 15, 17, 18, 19, 20, 22],
    '15': [7, 8, 10, 12, 13, 14, 15, 17],
    '16': [3, 4, 5, 6, 8, 9, 10, 11, 13],
    '17': [1, 2, 4, 5, 6, 7, 9],
  },
};
const DEFAULT_MAJOR = '17';

export function isEngine(name: string): name is Engine {
  return name in MINORS;
}

/** Returns the full version that is meant: a major version alone stands for its newest minor, nothing for the default. */
export function resolveVersion(engine: Engine, version: string = DEFAULT_MAJOR): string {
  const [major = '', minor] = version.split('.');
  const minors = MINORS[engine][major];
  const resolved = minor === undefined ? minors?.at(-1) : minors?.find((known) => String(known) === minor);
  if (resolved === undefined) throw invalidValue(`Cannot find version ${version} for ${engine}`);
  return `${major}.${resolved}`;
}

/** Every version of the engine, oldest first. */
export function versionsOf(engine: Engine): readonly string[] {
  return Object.entries(MINORS[engine]).flatMap(([major, minors]) => minors.map((minor) => `${major}.${minor}`));
}

export function engines(): readonly Engine[] {
  return Object.keys(MINORS).filter(isEngine);
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? '';
}

/** Negative when the first is older. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number)) as [number[], number[]];
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

/** The parameter group family of a version, such as `aurora-postgresql17`. */
export function familyOf(engine: string, version: string): string {
  return `${engine}${majorOf(version)}`;
}

export function isFamily(family: string): boolean {
  return engines().some((engine) => Object.keys(MINORS[engine]).some((major) => family === `${engine}${major}`));
}

/** The option group that every database of a version has. */
export function optionGroupOf(engine: string, version: string): string {
  return `default:${engine}-${majorOf(version)}`;
}
