/** Peer: answers every request of a workload with the same bytes, those of one answer of the gateway. An upper bound for node:http. */
import { answerParent } from '../lib/child.mjs';
import { serve } from './serve.mjs';

const routes = {};
answerParent({
  setAnswer(workload, text) {
    const bytes = Buffer.from(text);
    routes[workload] = () => bytes;
  },
});
serve(routes);
