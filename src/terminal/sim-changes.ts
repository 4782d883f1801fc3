import { type ActionValues, type Order, PROFILE_ACTIONS } from './bulk.order.ts';
import { oneOf } from './choices.ts';

/** A change of one SIM: a mutation of the gateway and its command. */
export interface SimChange {
  /** As in `bulk --action`; the command has the same name in lower case with hyphens. */
  readonly action: string;
  readonly summary: string;
  readonly mutation: string;
  /** The type of its input. */
  readonly input: string;
  /** Whether the mutation takes a list of SIMs. */
  readonly takesList?: boolean;
  /** The state that the SIM gets, if it is a change of state. */
  readonly to?: string;
  /** The value of the action as an argument. */
  readonly argument?: Value;
  /** The values of the action as options. */
  readonly options?: readonly Value[];
  /** A SIM of the sandbox for which the example succeeds. */
  readonly exampleSim?: string;
  /** The part of the example after the SIM. */
  readonly example?: string;
}

interface Value {
  readonly name: keyof ActionValues;
  readonly flags: string;
  readonly description: string;
  readonly parse?: (text: string) => string;
}

export interface ChangeOptions {
  readonly wait?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly idempotencyKey?: string;
}

/** An order for one SIM, whose list is its ICCID or EID. */
export interface SimOrder extends Order {
  readonly target: { readonly list: string };
}

export const SIM_CHANGES: readonly SimChange[] = [
  {
    action: 'SUSPEND',
    summary: 'suspend a SIM: no data service until it is resumed',
    mutation: 'suspendSim',
    input: 'SimInput',
    to: 'OFFLINE',
  },
  {
    action: 'RESUME',
    summary: 'resume a suspended SIM',
    mutation: 'resumeSim',
    input: 'SimInput',
    to: 'LIVE',
  },
  {
    action: 'ACTIVATE',
    summary: 'activate a SIM: data service on',
    mutation: 'activateSim',
    input: 'SimInput',
    to: 'LIVE',
  },
  {
    action: 'DEACTIVATE',
    summary: 'deactivate a SIM: out of service until it is activated',
    mutation: 'deactivateSim',
    input: 'SimInput',
    to: 'OFFLINE',
  },
  {
    action: 'TEST',
    summary: 'change a SIM to the state TEST',
    mutation: 'testSim',
    input: 'SimInput',
    to: 'TEST',
    exampleSim: '8937204016000695945',
  },
  {
    action: 'ACTIVE_READY',
    summary: 'change a SIM to the state ACTIVE_READY',
    mutation: 'activeReadySim',
    input: 'SimInput',
    to: 'ACTIVE_READY',
    exampleSim: '8937204016018579123',
  },
  {
    action: 'RESET',
    summary: 'reset the network connection of a SIM',
    mutation: 'resetSim',
    input: 'SimInput',
  },
  {
    action: 'CLOSE',
    summary: 'close a SIM permanently',
    mutation: 'closeSim',
    input: 'CloseSimInput',
    to: 'CLOSED',
    exampleSim: '8937204016458019812',
    example: '--yes',
  },
  {
    action: 'SET_NAME',
    summary: 'set the name of a SIM',
    mutation: 'setSimName',
    input: 'SetSimNameInput',
    argument: { name: 'name', flags: '<name>', description: 'the new name' },
    example: '"pump 4"',
  },
  {
    action: 'SET_GROUP',
    summary: 'move a SIM to a group',
    mutation: 'setSimGroup',
    input: 'SetSimGroupInput',
    argument: {
      name: 'toGroup',
      flags: '<group>',
      description: 'the new group; it is created if it does not exist',
    },
    example: 'Spare',
  },
  {
    action: 'SET_DATA_LIMIT',
    summary: 'set or remove the monthly data limit of a SIM',
    mutation: 'setSimDataLimit',
    input: 'SetSimDataLimitInput',
    argument: { name: 'limit', flags: '<MB>', description: 'megabytes per month, or unlimited' },
    example: '500',
  },
  {
    action: 'SET_IMEI_LOCK',
    summary: 'lock a SIM to its device, or unlock it',
    mutation: 'setSimImeiLock',
    input: 'SetSimImeiLockInput',
    argument: {
      name: 'imeiLock',
      flags: '<on|off>',
      description: 'on or off',
      parse: (text) => oneOf(['ON', 'OFF'])(text).toLowerCase(),
    },
    example: 'on',
  },
  {
    action: 'SEND_SMS',
    summary: 'send an SMS to the device of a SIM',
    mutation: 'sendSms',
    input: 'SendSmsInput',
    takesList: true,
    options: [{ name: 'text', flags: '--text <text>', description: 'the message' }],
    example: '--text reboot',
  },
  {
    action: 'ESIM_PROFILE',
    summary: 'download, enable or delete a profile of an eSIM',
    mutation: 'changeEsimProfile',
    input: 'EsimProfileInput',
    takesList: true,
    options: [
      { name: 'profile', flags: '--profile <profile>', description: 'the profile' },
      {
        name: 'profileAction',
        flags: '--profile-action <action>',
        description: PROFILE_ACTIONS.join(', '),
        parse: oneOf(PROFILE_ACTIONS),
      },
    ],
    example: '--profile "KPN NL" --profile-action ENABLE',
  },
];
