/** What is done with an eSIM profile, as the SIM API spells it. */
export type ProfileAction = 'enable' | 'delete' | 'download' | 'download_and_enable';

/** A change of SIMs, with what it needs. */
export type Change =
  | { readonly action: 'ACTIVATE' | 'DEACTIVATE' | 'SUSPEND' | 'RESUME' | 'TEST' | 'ACTIVE_READY' }
  | { readonly action: 'CLOSE' | 'RESET' }
  | { readonly action: 'SET_NAME'; readonly name: string }
  | { readonly action: 'SET_GROUP'; readonly group: string }
  /** Null lifts the limit. */
  | { readonly action: 'SET_DATA_LIMIT'; readonly limitMegabytes: number | null }
  | { readonly action: 'SET_IMEI_LOCK'; readonly locked: boolean }
  | { readonly action: 'SEND_SMS'; readonly text: string }
  | { readonly action: 'ESIM_PROFILE'; readonly profile: string; readonly profileAction: ProfileAction };
