/**
 * Stands for undici in the build of the gateway, which uses only its pool. The entry of undici also loads fetch, WebSocket, caches and
 * mocks: 4 MB of memory.
 */
// The build replaces the package name by this file, so the path is relative.
export { default as Pool } from '../node_modules/undici/lib/dispatcher/pool.js';
