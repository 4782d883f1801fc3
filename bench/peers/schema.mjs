/** The part of the gateway's schema that the workloads use, for peers that take SDL. Identifiers are plain texts: these peers check less. */
export const typeDefs = `
  type Query {
    sim(by: SimRef!): Sim
    simsByRef(refs: [SimRef!]!): [Sim]!
  }
  input SimRef { iccid: String! }
  type Sim {
    iccid: String!
    name: String
    state: String!
    msisdn: String
    imsi: String
    imei: String
    type: String
    apn: String
    cost: SimCost
  }
  type SimCost {
    month: String!
    dataPlan: String
    usedBytes: Float!
    cost: Money!
  }
  type Money {
    amount: Float!
    currency: String!
  }
`;
