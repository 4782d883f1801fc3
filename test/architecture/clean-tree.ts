import type { Files } from './tree.ts';

/** The smallest source tree with every kind of module; it breaks no rule. */
export const CLEAN: Files = {
  'src/main.ts': `import { config } from './config.ts';

const { compose } = await import('./compose.ts');
compose(config);
`,
  'src/compose.ts': `import 'reflect-metadata';
import { startGateway } from './gateway/index.ts';

export const compose = startGateway;
`,
  'src/config.ts': `export const config = { port: Number(process.env.PORT ?? 4000) };
`,
  'src/base/clock.ts': `import { performance } from 'node:perf_hooks';

export const monotonicMs = () => performance.now();
`,
  'src/sim-api/index.ts': `export type { SimRecord } from './wire/sim-record.ts';
export { createSimApi, type SimApi } from './client.ts';
`,
  'src/sim-api/client.ts': `import { request } from 'undici';
import { monotonicMs } from '../base/clock.ts';

export const createSimApi = () => ({ request, monotonicMs });
export type SimApi = ReturnType<typeof createSimApi>;
`,
  'src/sim-api/wire/sim-record.ts': `export interface SimRecord {
  readonly iccid: string;
}
`,
  'src/store/open.ts': `import { Kysely } from 'kysely';

export const open = () => Kysely;
`,
  'src/store/index.ts': `export { open } from './open.ts';
`,
  'src/errors/index.ts': `export { table } from './table.ts';
`,
  'src/errors/table.ts': `import type { SimRecord } from '../sim-api/index.ts';

export const table = { about: (sim: SimRecord) => sim.iccid };
`,
  'src/ledger/index.ts': `export { record } from './record.ts';
`,
  'src/ledger/record.ts': `import { table } from '../errors/index.ts';
import { open } from '../store/index.ts';

export const record = () => [table, open()];
`,
  'src/fleet-index/index.ts': `export { find } from './find.ts';
`,
  'src/fleet-index/find.ts': `import { open } from '../store/index.ts';

export const find = () => open();
`,
  'src/changes/index.ts': `export { change } from './change.ts';
`,
  'src/changes/change.ts': `import { find } from '../fleet-index/index.ts';
import { record } from '../ledger/index.ts';

export const change = () => [find(), record()];
`,
  'src/bulk/index.ts': `export { work } from './work.ts';
`,
  'src/bulk/work.ts': `import { change } from '../changes/index.ts';

export const work = () => change();
`,
  'src/gateway/index.ts': `export { startGateway } from './gateway.ts';
`,
  'src/gateway/emit-schema.ts': `import 'reflect-metadata';
import { loaders } from './loaders.ts';

loaders();
`,
  'src/gateway/gateway.ts': `import { ApolloServer } from '@apollo/server';
import { work } from '../bulk/index.ts';
import { loaders } from './loaders.ts';

export const startGateway = (config: object) => [new ApolloServer({ typeDefs: '' }), loaders(), work(), config];
`,
  'src/gateway/loaders.ts': `import { simLoader } from './sim/sim.loader.ts';

export const loaders = () => ({ sim: simLoader() });
export type Loaders = ReturnType<typeof loaders>;
`,
  'src/gateway/http/listen.ts': `import type { ApolloServer } from '@apollo/server';

export const listen = (server: ApolloServer) => server;
`,
  'src/gateway/common/money.type.ts': `import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType()
export class Money {
  @Field(() => Float)
  amount!: number;
}
`,
  'src/gateway/sim/sim.type.ts': `import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { SimRecord } from '../../sim-api/index.ts';
import { Money } from '../common/money.type.ts';

@ObjectType()
export class Sim implements SimRecord {
  @Field(() => ID)
  iccid!: string;

  @Field(() => Money)
  spent!: Money;
}

@InputType()
export class SimRef {
  @Field(() => ID)
  iccid!: string;
}
`,
  'src/gateway/sim/sim.loader.ts': `import DataLoader from 'dataloader';
import type { SimApi } from '../../sim-api/index.ts';

export const simLoader = () => new DataLoader<string, SimApi | undefined>(async (keys) => keys.map(() => undefined));
`,
  'src/gateway/alert/alert.type.ts': `import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { SimRef } from '../sim/sim.type.ts';

@ObjectType()
export class Alert {
  @Field(() => ID)
  id!: string;
}

@InputType()
export class AlertScope {
  @Field(() => SimRef)
  sim!: SimRef;
}
`,
  'src/gateway/alert/alert.resolver.ts': `import { Arg, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { Loaders } from '../loaders.ts';
import { Sim } from '../sim/sim.type.ts';
import { Alert } from './alert.type.ts';

@Resolver()
export class AlertQueries {
  @Query(() => [Alert])
  alerts(@Arg('first', () => Int) first: number): Alert[] {
    return [].slice(first);
  }
}

@Resolver(() => Sim)
export class SimAlerts {
  @FieldResolver(() => [Alert])
  alerts(@Root() sim: Sim, loaders: Loaders): unknown {
    return [sim, loaders];
  }
}
`,
  'src/gateway/alert/alert.store.ts': `import { Kysely } from 'kysely';

export const alertRows = Kysely;
`,
  'src/sandbox/main.ts': `import { createServer } from 'node:http';
import { answer } from './api/answer.ts';

createServer((_, response) => response.end(answer())).listen(0);
`,
  'src/sandbox/api/answer.ts': `export const answer = () => 'OK';
`,
  'src/terminal/main.ts': `import { Command } from 'commander';
import { show } from './screen.ts';

show(new Command('sim-gateway').name());
`,
  'src/terminal/screen.ts': `export const show = (text: string) => process.stdout.write(text);
`,
};
