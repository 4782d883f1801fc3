/** GraphQL over HTTP. What other modules may import. */
export { startGateway } from './gateway.ts';
