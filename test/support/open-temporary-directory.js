const { chmodSync, mkdirSync, mkdtempSync, symlinkSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

/** All that tests and what they use leave behind lies in one directory, which goes when the run ends. */
module.exports = () => {
  const tsxCache = `tsx-${process.getuid?.() ?? 0}`;
  const compiled = path.join(tmpdir(), tsxCache);
  const directory = mkdtempSync(path.join(tmpdir(), 'holdfast-tests-'));
  // PostgreSQL refuses to run as root, and its own user has to get here.
  chmodSync(directory, 0o755);
  mkdirSync(compiled, { recursive: true });
  symlinkSync(compiled, path.join(directory, tsxCache));
  process.env.TMPDIR = directory;
};
