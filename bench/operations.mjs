/** The GraphQL operations of the workloads. */

export const single = `query Single($by: SimRef!) {
  sim(by: $by) { iccid name state msisdn imsi imei }
}`;

export const costs = `query Costs($refs: [SimRef!]!) {
  simsByRef(refs: $refs) { iccid name state cost { month dataPlan usedBytes cost { amount currency } } }
}`;

export const wide = `query Wide($refs: [SimRef!]!) {
  simsByRef(refs: $refs) { iccid name state msisdn imsi imei type apn }
}`;

const nodes = `nodes { iccid name state msisdn apn lastDataSessionAt group { name } dataUsage { limitMegabytes usedBytes } }
    pageInfo { hasNextPage }`;

export const page = `query Page($after: String) {
  sims(first: 50, after: $after) { ${nodes} }
}`;

export const search = `query Search($filter: SimFilter, $orderBy: SimOrder) {
  sims(first: 50, filter: $filter, orderBy: $orderBy) { totalCount ${nodes} }
}`;

export const reset = `mutation Reset($input: SimsInput!) {
  resetSims(input: $input) { succeeded results { iccid outcome } }
}`;
