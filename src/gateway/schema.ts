import { type GraphQLSchema, isInputObjectType, validateSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { AccountResolver } from './account/account.resolver.ts';
import {
  AccountAlertResolver,
  AlertResolver,
  GroupAlertResolver,
  SimAlertResolver,
} from './alert/alert.resolver.ts';
import { AlertReadResolver } from './alert/alert-read.resolver.ts';
import { AuditResolver } from './audit/audit.resolver.ts';
import { AuditBulkOperationResolver, BulkResolver } from './bulk/bulk.resolver.ts';
import { PreviewResolver } from './bulk/preview.resolver.ts';
import { checkAccessRules, mayResolve } from './common/access.ts';
import { answerFromMemory } from './common/known-value.ts';
import { SimCostResolver, SimDataUsageResolver } from './cost/cost.resolver.ts';
import { SimDiagnosticsResolver } from './diagnostics/diagnostics.resolver.ts';
import { ErrorCatalogResolver } from './errors/error-catalog.resolver.ts';
import { EsimResolver, SimEsimResolver } from './esim/esim.resolver.ts';
import { FleetResolver, GroupFleetResolver } from './fleet/fleet.resolver.ts';
import {
  AccountGroupResolver,
  GroupCountResolver,
  GroupResolver,
  SimGroupResolver,
} from './group/group.resolver.ts';
import { MessageResolver } from './message/message.resolver.ts';
import { NodeResolver } from './node/node.resolver.ts';
import { SimSessionResolver } from './session/session.resolver.ts';
import { GroupSimsResolver, SimPayloadResolver, SimResolver, SimResultResolver } from './sim/sim.resolver.ts';
import { SimSettingsResolver } from './sim/sim-settings.resolver.ts';
import { CloseSimResolver, plainChangeResolvers } from './sim/sim-state.resolver.ts';
import { ViewerResolver } from './viewer/viewer.resolver.ts';

/** Inputs with `@oneOf`: exactly one field is given. Type-GraphQL has no option for it. */
const oneOfInputs = ['SimRef', 'AlertScope', 'DataLimitInput', 'BulkTarget'];

/** Type-GraphQL creates the root types without a description. */
const rootDescriptions = {
  Query:
    'Reads. The gateway batches the SIMs that an operation needs at the same time into as few calls of the SIM API as possible.',
  Mutation:
    'Changes. If a mutation takes one SIM, a refusal is an error; if it takes a list of SIMs, a refusal is data in the result of its SIM. A SIM that already is as requested succeeds, and no change is sent. A change of state may be refused with TRANSITION_NOT_ALLOWED or SIM_LOCKED_BY_ADMIN. Root fields run one after another, as GraphQL specifies.',
};

/** Builds the GraphQL schema from the decorated classes. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      NodeResolver,
      SimResolver,
      GroupSimsResolver,
      FleetResolver,
      GroupFleetResolver,
      GroupCountResolver,
      SimCostResolver,
      SimDataUsageResolver,
      SimSessionResolver,
      AlertResolver,
      SimAlertResolver,
      GroupAlertResolver,
      AccountAlertResolver,
      SimDiagnosticsResolver,
      SimEsimResolver,
      EsimResolver,
      SimGroupResolver,
      GroupResolver,
      AccountResolver,
      AccountGroupResolver,
      ErrorCatalogResolver,
      ...plainChangeResolvers,
      CloseSimResolver,
      SimSettingsResolver,
      MessageResolver,
      AuditResolver,
      AlertReadResolver,
      BulkResolver,
      AuditBulkOperationResolver,
      PreviewResolver,
      ViewerResolver,
      SimPayloadResolver,
      SimResultResolver,
    ],
    authChecker: mayResolve,
    // Scalars and resolvers check the input; class-validator would check it a second time.
    validate: false,
    // Checked below, after isOneOf is set.
    skipCheck: true,
  });
  for (const name of oneOfInputs) {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) throw new Error(`${name} is not an input type of the schema`);
    type.isOneOf = true;
  }
  for (const [name, description] of Object.entries(rootDescriptions)) {
    const type = schema.getType(name);
    if (type != null) type.description = description;
  }
  answerFromMemory(schema);
  checkAccessRules(schema);
  const faults = validateSchema(schema);
  if (faults.length > 0) throw new AggregateError(faults, 'the schema is not valid');
  return schema;
}
