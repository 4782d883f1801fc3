import { isLoopbackAddress } from './host-rule.ts';

/** Whether data on its way from this address cannot be changed by others: https, or http on a loopback host. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && isLoopbackAddress(hostname.replace(/^\[|\]$/g, '')))
  );
}
