import { shareGateway } from '../support/running.ts';
import { errorCatalogTests } from './sims/error-catalog.part.ts';
import { errorCodeTests } from './sims/error-codes.part.ts';
import { nodeTests } from './sims/nodes.part.ts';
import { sessionTests } from './sims/sessions.part.ts';
import { simListTests } from './sims/sim-list.part.ts';
import { simTests } from './sims/sims.part.ts';

// One gateway for all parts; each part has its own account.
const running = shareGateway();

simTests(running);
simListTests(running);
nodeTests(running);
sessionTests(running);
errorCatalogTests(running);
errorCodeTests(running);
