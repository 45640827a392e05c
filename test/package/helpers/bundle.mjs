// Bundles an app with everything that it uses: `node bundle.mjs BUNDLER ENTRY OUTPUT`, in a folder where the bundlers are
// installed. Prints warnings to stderr.
import { basename, dirname } from 'node:path';

const [bundler, entry, output] = process.argv.slice(2);
const isCommonJS = output.endsWith('.cjs');

const BUNDLERS = {
  async esbuild() {
    const { build } = await import('esbuild');
    // As esbuild's documentation says: CommonJS packages in an ES module need a `require`.
    const js = isCommonJS
      ? ''
      : "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    const format = isCommonJS ? 'cjs' : 'esm';
    await build({
      entryPoints: [entry],
      outfile: output,
      bundle: true,
      platform: 'node',
      format,
      banner: { js },
      logLevel: 'warning',
    });
  },

  async webpack() {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((resolve, reject) => {
      webpack(
        {
          mode: 'production',
          target: 'node',
          context: dirname(entry),
          entry,
          output: { path: dirname(output), filename: basename(output) },
        },
        (error, result) => (error ? reject(error) : resolve(result)),
      );
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    for (const { message } of [...errors, ...warnings]) console.error(message);
  },

  async rollup() {
    const { rollup } = await import('rollup');
    const plugins = await Promise.all(
      ['commonjs', 'json', 'node-resolve'].map(async (name) =>
        (await import(`@rollup/plugin-${name}`)).default(),
      ),
    );
    const bundle = await rollup({
      input: entry,
      plugins,
      external: /^node:/,
      onwarn: ({ message }) => console.error(message),
    });
    await bundle.write({ file: output, format: isCommonJS ? 'cjs' : 'es' });
    await bundle.close();
  },

  async vite() {
    const { build } = await import('vite');
    await build({
      root: dirname(entry),
      logLevel: 'warn',
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        outDir: dirname(output),
        emptyOutDir: false,
        rollupOptions: { output: { entryFileNames: basename(output) } },
      },
    });
  },
};

await BUNDLERS[bundler]();
