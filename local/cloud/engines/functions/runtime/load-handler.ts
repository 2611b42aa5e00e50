import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A Lambda handler. `callback` is only there in runtimes before Node.js 24. */
export type Handler = (event: unknown, context: object, callback?: (error: unknown, result?: unknown) => void) => unknown;

/** The handler cannot be had; the names are those that Lambda's own runtime gives. */
export class HandlerUnavailable extends Error {
  constructor(
    override readonly name: `Runtime.${'ImportModuleError' | 'HandlerNotFound' | 'MalformedHandlerName' | 'UserCodeSyntaxError' | 'CallbackHandlerDeprecated'}`,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Loads `index.handler` from `index.js`, `index.mjs` or `index.cjs`; dots in the last part lead into the exported object. */
export async function loadHandler(root: string, name: string): Promise<Handler> {
  const match = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(name);
  if (!match || name.includes('..')) throw new HandlerUnavailable('Runtime.MalformedHandlerName', 'Bad handler');
  const [, file = '', exported = ''] = match;
  const module = await loadModule(path.resolve(root, file), file);
  const handler = exported.split('.').reduce<unknown>((object, key) => (object as Readonly<Record<string, unknown>> | undefined)?.[key], module);
  if (handler === undefined) throw new HandlerUnavailable('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new HandlerUnavailable('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler as Handler;
}

async function loadModule(base: string, name: string): Promise<unknown> {
  const file = ['', '.js', '.mjs', '.cjs'].map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (!file) throw new HandlerUnavailable('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  try {
    if (isEcmaScriptModule(file)) return await import(pathToFileURL(file).href);
    return createRequire(file)(file) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new HandlerUnavailable('Runtime.UserCodeSyntaxError', error.toString(), error);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') throw new HandlerUnavailable('Runtime.ImportModuleError', String(error), error);
    throw error;
  }
}

function isEcmaScriptModule(file: string): boolean {
  if (file.endsWith('.mjs')) return true;
  const manifest = path.join(path.dirname(file), 'package.json');
  return file.endsWith('.js') && existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
}
