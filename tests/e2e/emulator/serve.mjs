// The vendor's emulator of the API, on loopback only: its own start script binds every interface.
// Usage: node serve.mjs INSTALLED PORT_FILE [ROLE...]     INSTALLED is what tools/setup_emulator made
import { renameSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [installed, portFile, ...roles] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${installed}/${path}`).href);
const { createServer } = await load('workos/dist/emulate/core/index.js');
const { workosPlugin, seedFromConfig } = await load('workos/dist/emulate/workos/index.js');
const { serve } = await load('node_modules/@hono/node-server/dist/index.mjs');

const { app, store, baseUrl } = createServer(workosPlugin, {
  // Each key has a budget of requests of its own.
  apiKeys: { sk_test_default: { environment: 'test' }, sk_test_reader: { environment: 'test' } },
});
workosPlugin.seed?.(store, baseUrl);
seedFromConfig(store, baseUrl, { roles: roles.map((slug) => ({ slug, name: slug })) });

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  writeFileSync(`${portFile}.new`, `${port}\n`);
  renameSync(`${portFile}.new`, portFile);
});
