/** The environment of child processes: nothing of the gateway's environment, which holds secrets. */
export const PLAIN_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
