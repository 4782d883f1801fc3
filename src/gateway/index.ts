/** GraphQL over HTTP. Entry of the module: other modules import only this. */
export { startGateway } from './gateway.ts';
