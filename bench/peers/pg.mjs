/** Peer: the hand-written back end on the database. */
import { pgRoutes } from './pg-routes.mjs';
import { serve } from './serve.mjs';

serve(pgRoutes);
