import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('renderer'),
  base: './',
  plugins: [react()],
  logLevel: 'warn',
  // The reader of documents runs in a worker of its own, loaded like every other file of the pages.
  worker: { format: 'es' },
  build: {
    outDir: at('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome114',
    // The pages' CSP allows neither inline scripts nor data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      // Fonts keep their names: the process that writes documents reads the same files.
      output: {
        assetFileNames: ({ names }) =>
          names.some((name) => name.endsWith('.ttf'))
            ? 'assets/[name][extname]'
            : 'assets/[name]-[hash][extname]',
      },
      input: {
        index: at('renderer/index.html'),
        signing: at('renderer/signing.html'),
        handout: at('renderer/handout.html'),
      },
    },
  },
});
