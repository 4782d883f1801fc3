import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/command.mjs';

/** Bundles the program of the stack to `outfile` as scripts/build.mjs bundles the gateway. The packages are those of the gateway. */
export function buildStack(outfile) {
  return build({
    absWorkingDir: root,
    entryPoints: [join('bench', 'public', 'stack', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: join('bench', 'public', 'tsconfig.json'),
    define: { 'globalThis.process.env.NODE_ENV': '"production"', 'process.env.NODE_ENV': '"production"' },
    alias: { '@apollo/utils.createhash': 'node:crypto' },
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
    external: ['pg-native', 'class-validator'],
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
  });
}
