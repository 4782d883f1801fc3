import { shareGateway } from '../support/running.ts';
import { accountTests } from './account/account.part.ts';
import { alertCallTests } from './account/alert-calls.part.ts';
import { alertTests } from './account/alerts.part.ts';
import { costTests } from './account/costs.part.ts';
import { diagnosticsTests } from './account/diagnostics.part.ts';
import { groupTests } from './account/groups.part.ts';

// One gateway for all parts; each part has its own account.
const running = shareGateway();

accountTests(running);
alertTests(running);
alertCallTests(running);
costTests(running);
diagnosticsTests(running);
groupTests(running);
