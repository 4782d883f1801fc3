/** All that a program started here gets to see of the environment: nothing of the gateway's, which holds its secrets. */
export const PLAIN_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
