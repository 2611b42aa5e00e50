import type validate from 'asl-validator';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

type Validate = typeof validate;
type Modules = Readonly<Record<string, unknown>>;

/** As much of Ajv as is needed here. */
interface AjvModule {
  readonly Ajv: new (options: object) => object;
}

let loaded: Validate | undefined;

/** Compiles the schema, which the first definition would wait for. */
export function loadDefinitionValidator(): void {
  validateDefinition({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
}

/** What asl-validator says of a definition, in its own words. It takes no options: with others, the schema would be another. */
export function validateDefinition(definition: object): ReturnType<Validate> {
  loaded ??= loadValidator();
  return loaded(definition);
}

/**
 * asl-validator's own files, but that its check of the JSON schema gets one Ajv for all definitions. As published it makes
 * another for each, and compiling the schema takes a hundred times as long as checking a definition against it.
 *
 * https://github.com/ChristopheBougere/asl-validator/blob/master/src/checks/json-schema-errors.ts
 */
function loadValidator(): Validate {
  const validator = require.resolve('asl-validator');
  const schemaCheck = './checks/json-schema-errors';
  const checkFile = createRequire(validator).resolve(schemaCheck);
  return runFile(validator, { [schemaCheck]: runFile(checkFile, sharedAjv(createRequire(checkFile))) }) as Validate;
}

/** Ajv, and the plug-in that may be applied to an Ajv once only, for a caller that believes to make a new one each time. */
function sharedAjv(load: NodeJS.Require): Modules {
  const { Ajv } = load('ajv') as AjvModule;
  const { default: addFormats } = load('ajv-formats') as { readonly default: (ajv: object) => unknown };
  let shared: object | undefined;
  const make = (options: object): object => {
    const ajv = new Ajv(options);
    addFormats(ajv);
    return ajv;
  };
  const asModule = (exported: unknown) => ({ __esModule: true, default: exported });
  // What a constructor returns is the new object.
  return { ajv: asModule(function once(options: object) { return (shared ??= make(options)); }), 'ajv-formats': asModule(() => undefined) };
}

/** Runs a CommonJS file for itself, with these modules in place of those that it names. */
function runFile(file: string, replaced: Modules): unknown {
  const load = createRequire(file);
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), ['require', 'module', 'exports'], { filename: file }) as (...given: unknown[]) => void;
  run((name: string) => replaced[name] ?? (load(name) as unknown), module, module.exports);
  return module.exports;
}
