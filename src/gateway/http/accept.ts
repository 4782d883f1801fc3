/** Content codings that the gateway produces, preferred first. */
const codings = ['br', 'gzip'] as const;

export type Coding = (typeof codings)[number];

/**
 * The content coding that a client with this Accept-Encoding header prefers, among those for which `isAvailable` is true. Null: the body
 * is sent as it is.
 */
export function acceptedCoding(
  header: string | undefined,
  isAvailable: (coding: Coding) => boolean = () => true,
): Coding | null {
  const qualities = parseQualities(header);
  const qualityOf = (coding: Coding) => qualities.get(coding) ?? qualities.get('*') ?? 0;
  let preferred: Coding | null = null;
  for (const coding of codings)
    if (isAvailable(coding) && qualityOf(coding) > (preferred === null ? 0 : qualityOf(preferred)))
      preferred = coding;
  const prefersPlain = preferred !== null && (qualities.get('identity') ?? 0) > qualityOf(preferred);
  return prefersPlain ? null : preferred;
}

/** Parses Accept and Accept-Encoding: names with their `q` from 0 to 1, default 1. */
export function parseQualities(header: string | undefined): Map<string, number> {
  const qualities = new Map<string, number>();
  for (const part of (header ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (name === '') continue;
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = given === undefined ? 1 : Number(given.slice(2));
    qualities.set(name, Number.isFinite(quality) ? Math.min(Math.max(quality, 0), 1) : 0);
  }
  return qualities;
}
