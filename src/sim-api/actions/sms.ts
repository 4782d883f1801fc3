import { put } from '../endpoints.ts';
import { type ActionSpec, inUse, textValueFault, unseen } from './spec.ts';

export interface SendSms {
  readonly action: 'SEND_SMS';
  readonly text: string;
}

/** Ten parts of a concatenated SMS. */
const maxCharacters = 1530;
/** The URL contains the encoded text twice, and proxies limit a URL to 8 KB. */
const maxUrlBytes = 3300;

export const sendSms: ActionSpec<SendSms> = {
  request: ({ text }) => put('/sendSms', { message: text, sms: text }),
  maxSims: ({ smsSimsPerCall }) => smsSimsPerCall,
  kind: 'atMostOnce',
  ...unseen,
  dependsOn: () => [{ field: 'state' }],
  fault({ text }) {
    const fault = textValueFault('text', text, maxCharacters);
    if (fault !== null || encodeURIComponent(text).length <= maxUrlBytes) return fault;
    return {
      field: 'text',
      rule: `must not be longer than ${maxUrlBytes} bytes when it is written in a URL`,
    };
  },
  toStored: ({ text }) => ({ textLength: text.length }),
  from: inUse,
};
