import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** The headers by which a browser says which name it resolved, and which page sent the request. */
interface NamingHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Why a request is refused: a sentence that names the header and the setting; null if the request is served. */
export type HostRule = (headers: NamingHeaders) => string | null;

/** Where a server listens, and by which names it is reached. */
interface HostRuleOptions {
  /** The address or the name on which it listens. */
  readonly host: string;
  /** Names beside those of loopback, as `isHostList` takes them; undefined: none. */
  readonly allowed: string | undefined;
  /** The setting that holds them. */
  readonly setting: string;
}

/**
 * The rule that keeps web pages out. The name of a page may resolve to this machine (DNS rebinding): the browser then lets the page
 * read answers and send changes, and only the headers tell. Null if every name is served: the server listens on an address
 * other than loopback, and no list is set.
 */
export function createHostRule({ host, allowed, setting }: HostRuleOptions): HostRule | null {
  if (allowed === undefined && !isLoopback(isIPv6(host) ? `[${host}]` : host)) return null;
  const names = new Set(allowed === undefined ? [] : entriesOf(allowed).map(nameOfEntry));
  const isOurs = (name: string | null) => name !== null && (isLoopback(name) || names.has(name));
  const must = `must name this machine, as localhost does, or a host of ${setting}`;
  return (headers) => {
    if (!isOurs(nameOfHost(headers.host ?? ''))) return `The header Host ${must}`;
    // Without the header no page sent the request, or the browser will not show it the answer.
    const { origin } = headers;
    return origin === undefined || isOurs(nameOfOrigin(origin)) ? null : `The header Origin ${must}`;
  };
}

/** Whether a text is host names or addresses, separated by commas, without scheme and port. */
export function isHostList(text: string): boolean {
  return entriesOf(text).every((entry) => nameOfEntry(entry) !== null);
}

/** What a list breaks that is none. */
export const hostListRule =
  'must be host names separated by commas, without scheme and port, for example gateway.example.com, 10.0.0.5';

/** The host of URLs by which this machine reaches a server that listens on an address. */
export function hostOfUrl(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return isIPv6(address) ? `[${address}]` : address;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(name: string): boolean {
  if (isIPv4(name)) return loopback.check(name, 'ipv4');
  if (name.startsWith('[')) return loopback.check(name.slice(1, -1), 'ipv6');
  return /^(?:.+\.)?localhost$/i.test(name);
}

function entriesOf(text: string): string[] {
  return text.split(',').map((entry) => entry.trim());
}

function nameOfEntry(entry: string): string | null {
  const host = isIPv6(entry) ? `[${entry}]` : entry;
  return /:\d*$/.test(host) ? null : nameOfHost(host);
}

function nameOfOrigin(origin: string): string | null {
  const [, host = ''] = /^https?:\/\/(.*)$/i.exec(origin) ?? [];
  return nameOfHost(host);
}

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port: nothing by which a URL could mean another host. */
const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** The name or the address of a Host header as URLs have it: in small letters, without port and final dot. */
function nameOfHost(host: string): string | null {
  const url = `http://${host}`;
  if (!hostPattern.test(host) || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/\.$/, '');
}
