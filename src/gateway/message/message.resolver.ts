import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../common/access.ts';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import { nullOnlyWithError } from '../common/null-only-with-error.ts';
import type { Context } from '../context.ts';
import { SimsPayload } from '../sim/sims-payload.type.ts';
import { SendSmsInput } from './message.args.ts';

@Resolver()
export class MessageResolver {
  @Cost({ listSize: simsOfInput })
  @Access({ scopes: ['SMS'] })
  @Mutation(
    () => SimsPayload,
    nullOnlyWithError(
      'Sends an SMS from the network to the devices (mobile-terminated SMS) of up to 1000 SIMs. The gateway never sends it twice: without a clear answer the outcome is UNKNOWN. SMS_NOT_ALLOWED if a SIM takes no SMS.',
    ),
  )
  sendSms(
    @Arg('input', () => SendSmsInput, { description: 'The SIMs, the text and an idempotency key.' })
    { sims, text, idempotencyKey }: SendSmsInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SEND_SMS', text }, idempotencyKey);
  }
}
