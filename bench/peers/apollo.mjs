/**
 * Peer: Apollo Server, Type-GraphQL and DataLoader as their tutorials put them together: the standalone server, `fetch`, a DataLoader key
 * for each SIM, default plugins. Decorators are called as functions, because this file is plain JavaScript.
 */
import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';
import {
  Arg,
  buildSchema,
  Ctx,
  Field,
  FieldResolver,
  Float,
  InputType,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { reportListening } from '../lib/child.mjs';
import { costsTarget, monthText, simsTarget } from './targets.mjs';

class Money {}
class SimCost {}
class Sim {}
class SimRef {}

const text = Field(() => String);
const nullableText = Field(() => String, { nullable: true });
const number = Field(() => Float);

function defineType(type, decorator, fields) {
  for (const [name, decorate] of Object.entries(fields)) decorate(type.prototype, name);
  decorator(type);
}

defineType(Money, ObjectType('Money'), { amount: number, currency: text });
defineType(SimCost, ObjectType('SimCost'), {
  month: text,
  dataPlan: nullableText,
  usedBytes: number,
  cost: Field(() => Money),
});
defineType(Sim, ObjectType('Sim'), {
  iccid: text,
  name: nullableText,
  state: text,
  msisdn: nullableText,
  imsi: nullableText,
  imei: nullableText,
  type: nullableText,
  apn: nullableText,
});
defineType(SimRef, InputType('SimRef'), { iccid: text });

class SimResolver {
  sim(by, { sims }) {
    return sims.load(by.iccid);
  }

  simsByRef(refs, { sims }) {
    return Promise.all(refs.map(({ iccid }) => sims.load(iccid)));
  }

  cost(sim, { costs }) {
    return costs.load(sim.iccid);
  }
}

const methods = SimResolver.prototype;
Arg('by', () => SimRef)(methods, 'sim', 0);
Ctx()(methods, 'sim', 1);
Query(() => Sim, { nullable: true })(methods, 'sim', Object.getOwnPropertyDescriptor(methods, 'sim'));
Arg('refs', () => [SimRef])(methods, 'simsByRef', 0);
Ctx()(methods, 'simsByRef', 1);
Query(() => [Sim], { nullable: 'items' })(methods, 'simsByRef');
Root()(methods, 'cost', 0);
Ctx()(methods, 'cost', 1);
FieldResolver(() => SimCost, { nullable: true })(methods, 'cost');
Resolver(() => Sim)(SimResolver);

async function getJson(target) {
  const response = await fetch(process.env.SIM_API_URL + target, {
    headers: { authorization: 'Bearer bench' },
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

const inOrder = (iccids, items) => {
  const byIccid = new Map(items.map((item) => [item.iccid, item]));
  return iccids.map((iccid) => byIccid.get(iccid) ?? null);
};

async function readSims(iccids) {
  const { sims } = await getJson(simsTarget(iccids));
  return inOrder(iccids, sims);
}

async function readCosts(iccids) {
  const costs = inOrder(iccids, await getJson(costsTarget(iccids)));
  return costs.map((cost) => ({
    month: monthText,
    dataPlan: cost.data_plan,
    usedBytes: cost.data_used,
    cost: { amount: cost.data_cost, currency: cost.currency },
  }));
}

const schema = await buildSchema({ resolvers: [SimResolver] });
const { url } = await startStandaloneServer(new ApolloServer({ schema }), {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => ({ sims: new DataLoader(readSims), costs: new DataLoader(readCosts) }),
});
reportListening(url);
