import { defineConfig } from 'vite'

export default defineConfig({
  // Works under any path.
  base: './',
  // A redirect URI is compared as text: the port must be the one that is registered, not the next one that is free.
  server: { port: 5173, strictPort: true },
  preview: { port: 5173, strictPort: true },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
})
