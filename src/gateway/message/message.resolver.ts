import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Cost, simsOfInput } from '../common/field-cost.ts';
import type { Context } from '../context.ts';
import { SimsPayload } from '../sim/sims-payload.type.ts';
import { SendSmsInput } from './message.args.ts';

/** Messages. */
@Resolver()
export class MessageResolver {
  @Cost({ listSize: simsOfInput })
  @Mutation(() => SimsPayload, {
    description:
      'Mobile-terminated SMS: from the network to the devices. Never sent a second time by the gateway. SMS_NOT_ALLOWED where a SIM takes none.',
  })
  sendSms(
    @Arg('input', () => SendSmsInput, { description: 'Which SIMs, and what to send them.' })
    { sims, text, idempotencyKey }: SendSmsInput,
    @Ctx() { actions }: Context,
  ): Promise<SimsPayload> {
    return actions.sims.changeMany(sims, { action: 'SEND_SMS', text }, idempotencyKey);
  }
}
