/** Unit, template, architecture, conformance and rehearsal tests; see docs/contributing.md for what each kind may use. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' }, keepClassNames: true }, sourceMaps: 'inline' }],
  },
  globalSetup: '<rootDir>/test/support/open-temporary-directory.js',
  globalTeardown: '<rootDir>/test/support/close-temporary-directory.js',
  // Only what hangs is over time: a machine that is busy with other things is no failure.
  testTimeout: 60_000,
  randomize: true,
  watchman: false,
  // The rehearsal waits more than it computes, so no core is kept back.
  maxWorkers: '100%',
};
