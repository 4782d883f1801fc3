/** Peer: the hand-written back end on the SIM API. */
import { bffRoutes } from './bff-routes.mjs';
import { serve } from './serve.mjs';

serve(bffRoutes);
