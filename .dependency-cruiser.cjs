/** Who may import what. The reasons are in docs/contributing.md. */
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
module.exports = {
  forbidden: [
    rule('bin composes lib and lambda/common, never handlers', { path: '^bin/' }, { path: '^lambda/', pathNot: '^lambda/(common/.+|[^/]+/contract)\\.ts$' }),
    rule('handlers know nothing of CDK', { path: '^lambda/' }, { path: '^(lib|bin|local)/|node_modules/(aws-cdk-lib|constructs)/' }),
    rule('stacks see handlers only through their contract', { path: '^lib/' }, { path: '^(lambda|local)/', pathNot: '^lambda/([^/]+/(contract|settings)|common/(errors|parse-input))\\.ts$' }),
    rule(
      'a system does not reach into another',
      { path: '^(lambda|lib)/([^/]+)/', pathNot: '^(lambda/common|lib/(shared|config))/' },
      { path: '^$1/[^/]+/', pathNot: '^$1/($2|common|shared|config)/' },
    ),
    rule('contracts stay light', { path: '^lambda/[^/]+/contract\\.ts$' }, { pathNot: '^(lambda/common/errors\\.ts|lambda/[^/]+/contract\\.ts)$' }),
    rule('only common/aws talks to the SDK', { path: '^(lambda|lib)/', pathNot: '^lambda/common/aws/' }, { path: 'node_modules/@aws-sdk/' }),
    rule('common knows no system', { path: '^lambda/common/' }, { path: '^lambda/(?!common/)' }),
    rule('shared constructs know no system', { path: '^lib/shared/' }, { path: '^lib/(?!shared/|config/)' }),
    rule('the local cloud knows no system of ours', { path: '^local/cloud/' }, { path: '^(bin|lib|lambda|test|bench|local/(scenarios|report))/', pathNot: '^lib/config/repository\\.ts$' }),
    rule('scenarios tell stories, they do not reach inside', { path: '^local/scenarios/' }, { path: '^(lib|lambda)/', pathNot: '^(lib/config/|lambda/[^/]+/contract\\.ts$)' }),
    rule('nothing imports tests', { pathNot: '^test/' }, { path: '^test/' }),
    rule('no cycles', {}, { circular: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|cdk\\.out|report)/' },
  },
};
