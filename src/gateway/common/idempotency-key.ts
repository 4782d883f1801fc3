import { Field } from 'type-graphql';

/** The field `idempotencyKey` of the input of a mutation that is answered when the change has ended. */
export const IdempotencyKey = () =>
  Field(() => String, {
    nullable: true,
    description:
      'Your own key for this change, 1 to 255 visible ASCII characters. For 24 hours, the same key with the same arguments returns the first answer again, and nothing is sent. With other arguments it is IDEMPOTENCY_CONFLICT. If nothing was sent, and every error is retryable, UPSTREAM_BAD_REQUEST or UPSTREAM_AUTH_FAILED, then a repeat with the same key makes the change. The header Idempotency-Key does the same for an operation with one mutation.',
  });
