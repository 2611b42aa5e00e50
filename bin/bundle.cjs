const path = require('node:path');
const { pruneSchemas } = require('./prune-schemas.cjs');

const EMPTY = './lambda/common/empty-module.cjs';

/** Of X-Ray's SDK, what traces version 2 of AWS's SDK: all of semver is for the number of that version. */
const leaveOutOldPatcher = {
  name: 'leave-out-old-patcher',
  setup(build) {
    build.onLoad({ filter: /[\\/]aws-xray-sdk-core[\\/].*[\\/]patchers[\\/]aws_p\.js$/ }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * How everything that AWS runs is bundled. What is written as ES modules can be left out where it is not used: half of most clients of
 * the SDK. The Snowflake driver requires the clients of clouds that its account does not live on, logins through a browser, the history
 * of all time zones, and more that no path of the replicator comes by; X-Ray's SDK requires contexts that follow each promise by a hook:
 * `alias` leaves that out. Names of functions and classes are not kept: nothing reads them, and keeping them costs each cold start a
 * tenth of its time.
 */
const bundle = {
  absWorkingDir: path.resolve(__dirname, '..'),
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  bundle: true,
  minify: true,
  mainFields: ['module', 'main'],
  plugins: [pruneSchemas, leaveOutOldPatcher],
  alias: {
    '@azure/identity': EMPTY,
    '@azure/storage-blob': EMPTY,
    '@techteamer/ocsp': EMPTY,
    'asn1.js': './lambda/snowflake-replicator/no-asn1.cjs',
    'asn1.js-rfc2560': EMPTY,
    'asn1.js-rfc5280': EMPTY,
    axios: './lambda/snowflake-replicator/axios.cjs',
    'cls-hooked/context': './lambda/common/segment-context.ts',
    'fast-xml-parser': EMPTY,
    'google-auth-library': EMPTY,
    'mime-db': EMPTY,
    'moment-timezone': './lambda/snowflake-replicator/moment-timezone.cjs',
    oauth4webapi: EMPTY,
    open: EMPTY,
    toml: EMPTY,
    winston: EMPTY,
  },
  logLevel: 'warning',
};

module.exports = { bundle };
