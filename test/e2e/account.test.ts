import { shareGateway } from '../support/running.ts';
import { accountTests } from './account/account.part.ts';
import { alertCallTests } from './account/alert-calls.part.ts';
import { alertTests } from './account/alerts.part.ts';
import { costTests } from './account/costs.part.ts';
import { diagnosticsTests } from './account/diagnostics.part.ts';
import { groupTests } from './account/groups.part.ts';

// One gateway for all of them; each part has an account of its own.
const running = shareGateway();

accountTests(running);
alertTests(running);
alertCallTests(running);
costTests(running);
diagnosticsTests(running);
groupTests(running);
