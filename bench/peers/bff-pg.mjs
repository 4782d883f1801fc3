/** Peer: the hand-written back end on the SIM API and on the database. */
import { bffRoutes } from './bff-routes.mjs';
import { pgRoutes } from './pg-routes.mjs';
import { serve } from './serve.mjs';

serve({ ...bffRoutes, ...pgRoutes });
