#!/usr/bin/env node
// Runs the operator's command line from its source, so that there is nothing to build: `npx holdfast --help`.
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
createRequire(import.meta.url)('./holdfast.ts');
