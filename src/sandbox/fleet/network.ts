/** A mobile network with the centre of the area in which its devices are. */
export interface Network {
  readonly country: string;
  readonly alpha3: string;
  readonly operator: string;
  readonly latitude: number;
  readonly longitude: number;
}

function network(
  country: string,
  alpha3: string,
  operator: string,
  latitude: number,
  longitude: number,
): Network {
  return { country, alpha3, operator, latitude, longitude };
}

export const networks: readonly [Network, ...Network[]] = [
  network('Estonia', 'EST', 'Telia', 59.437, 24.7536),
  network('Estonia', 'EST', 'Elisa', 58.378, 26.729),
  network('Latvia', 'LVA', 'LMT', 56.9496, 24.1052),
  network('Lithuania', 'LTU', 'Bite', 54.6872, 25.2797),
  network('Finland', 'FIN', 'DNA', 60.1699, 24.9384),
  network('Sweden', 'SWE', 'Tele2', 59.3293, 18.0686),
  network('Norway', 'NOR', 'Telenor', 59.9139, 10.7522),
  network('Denmark', 'DNK', 'TDC', 55.6761, 12.5683),
  network('Germany', 'DEU', 'Vodafone', 52.52, 13.405),
  network('Germany', 'DEU', 'Telekom', 48.1351, 11.582),
  network('Poland', 'POL', 'Plus', 52.2297, 21.0122),
  network('Netherlands', 'NLD', 'KPN', 52.3676, 4.9041),
  network('France', 'FRA', 'Orange', 48.8566, 2.3522),
  network('Spain', 'ESP', 'Movistar', 40.4168, -3.7038),
  network('Italy', 'ITA', 'TIM', 41.9028, 12.4964),
  network('United Kingdom', 'GBR', 'O2', 51.5072, -0.1276),
  network('United States', 'USA', 'T-Mobile', 40.7128, -74.006),
  network('Australia', 'AUS', 'Telstra', -33.8688, 151.2093),
];

/** The eSIM profiles that every account may download. */
export const accountProfiles: readonly [string, ...string[]] = [
  'Telia EE',
  'Tele2 SE',
  'KPN NL',
  'Orange FR',
  'Vodafone DE',
  'T-Mobile US',
];
