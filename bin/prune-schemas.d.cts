import type { Plugin } from 'esbuild';

export declare const pruneSchemas: Plugin;
