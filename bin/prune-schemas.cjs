const { readFile } = require('node:fs/promises');

/** `const _A = "Address";`: what a client's schemas name the members of shapes by. */
const NAME = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm;
/** `[_A]:`, such a name as the key of an object. */
const KEY = /\[(_\w+)\]:/g;

/**
 * Writes the names of members where they are used as keys. A key that is computed might do something, so that esbuild keeps every
 * shape that has one: of EC2's half a megabyte, which each function that asks EC2 would evaluate when it starts.
 */
function nameKeys(source) {
  const names = new Map(Array.from(source.matchAll(NAME), ([, name, text]) => [name, text]));
  return source.replaceAll(KEY, (key, name) => (names.has(name) ? `${names.get(name)}:` : key));
}

/** A plugin of esbuild: of the SDK's clients, a bundle holds the shapes of the operations that are called. */
const pruneSchemas = {
  name: 'prune-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]dist-es[\\/].*schemas_\d+\.js$/ }, async ({ path }) => ({ contents: nameKeys(await readFile(path, 'utf8')), loader: 'js' }));
  },
};

module.exports = { pruneSchemas };
