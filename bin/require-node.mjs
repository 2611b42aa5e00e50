// npm brings the Node that Lambda runs (see optionalDependencies) where it has a build of it; elsewhere the machine's own is used if it is new enough.
const NEEDED = [22, 15];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `Holdfast needs Node ${NEEDED.join('.')} or newer, this is ${process.version}.\n` +
      `npm has no Node 24 for ${process.platform}-${process.arch}, or optional dependencies were left out: install Node 24, or run npm ci without --omit=optional.\n`,
  );
  process.exit(1);
}
