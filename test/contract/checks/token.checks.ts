import { type Api, codeOf, isRow, isSuccess } from '../api.ts';
import type { Check } from '../check.ts';
import { must, notApplicable, notChecked } from '../ended.ts';
import { sentence, typeOf } from '../shown.ts';
import type { Answer } from '../upstream.ts';

const login = (api: Api) => api.token({ grant_type: 'password' });
const wrongPassword = { grant_type: 'password', password: 'not-the-password-of-this-account' };
const noSuchToken = '00000000-0000-4000-8000-000000000000';

async function tokenFields(api: Api) {
  const answer = await login(api);
  must(isSuccess(answer) && isRow(answer.json), api.describe(answer));
  return answer.json;
}

/** The answer to a refresh with the refresh token of the first login. */
async function refreshed(api: Api): Promise<Answer> {
  const { refresh_token: refreshToken } = await tokenFields(api);
  if (typeof refreshToken !== 'string') notApplicable(sentence`the login returned no refresh token`);
  return api.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** The answer to a wrong password. Errors: Ended unless one is allowed. */
async function refusedLogin(api: Api): Promise<Answer> {
  if (!api.triesBadCredentials)
    notChecked(sentence`only with --with-bad-credentials: a wrong password may lock an account`);
  return api.token(wrongPassword);
}

/** Checks of logins, refreshes and tokens. */
export const tokenChecks: readonly Check[] = [
  {
    id: 'token.password-grant-form-body',
    level: 'MUST',
    source: 'Token [C]',
    title: 'The password grant in a form body returns an access token',
    async run(api) {
      const { access_token: token } = await tokenFields(api);
      must(typeof token === 'string' && /^[\x21-\x7e]+$/.test(token), sentence`no usable access_token`);
      return undefined;
    },
  },
  {
    id: 'token.type-is-bearer',
    level: 'MUST',
    source: 'Token answer [C≠]',
    title: 'The token is a bearer token',
    async run(api) {
      const { token_type: type } = await tokenFields(api);
      must(
        typeof type === 'string' && type.toLowerCase() === 'bearer',
        sentence`token_type is something else`,
      );
      return undefined;
    },
  },
  {
    id: 'token.expires-in-is-seconds',
    level: 'MUST',
    source: 'Token answer [C≠]',
    title: 'expires_in is a number above 0, as a number or as digits in a string',
    async run(api) {
      const { expires_in: lifetime } = await tokenFields(api);
      const seconds = typeof lifetime === 'string' && lifetime.trim() !== '' ? Number(lifetime) : lifetime;
      must(typeof seconds === 'number' && seconds > 0, sentence`not a number above 0`);
      return typeof lifetime === 'number' ? sentence`a number` : sentence`digits in a string`;
    },
  },
  {
    id: 'token.answer-has-every-field',
    level: 'SHOULD',
    source: 'Token answer [C≠]',
    title: 'A token answer has token_type, refresh_token, expires_in and scope',
    async run(api) {
      const fields = await tokenFields(api);
      const names = ['token_type', 'refresh_token', 'expires_in', 'scope'];
      const missing = names.filter((name) => typeOf(fields[name]) === 'missing');
      must(missing.length === 0, sentence`${missing.length} of 4 are missing`);
      return undefined;
    },
  },
  {
    id: 'token.second-login',
    level: 'MAY',
    source: 'Token [C]',
    title: 'A second login succeeds; the remark shows whether it returns the same token',
    async run(api) {
      const first = await tokenFields(api);
      const again = await api.token({ grant_type: 'password' }, 'again');
      must(isSuccess(again) && isRow(again.json), api.describe(again));
      return again.json.access_token === first.access_token
        ? sentence`the same token`
        : sentence`another token`;
    },
  },
  {
    id: 'token.refresh-grant',
    level: 'SHOULD',
    source: 'Refresh [C≠]',
    title: 'The refresh token alone returns a new access token',
    async run(api) {
      const answer = await refreshed(api);
      must(
        isSuccess(answer) && isRow(answer.json) && typeof answer.json.access_token === 'string',
        api.describe(answer),
      );
      return undefined;
    },
  },
  {
    id: 'token.old-token-after-refresh',
    level: 'MAY',
    source: 'Refresh [C≠]',
    title:
      'A refresh does not end the earlier access token (if it does, programs that share an account log in more often)',
    async run(api) {
      const { access_token: old } = await tokenFields(api);
      const answer = await refreshed(api);
      const isNew = isSuccess(answer) && isRow(answer.json) && answer.json.access_token !== old;
      if (!isNew || typeof old !== 'string') notApplicable(sentence`the refresh returned no other token`);
      const read = await api.askAs(old, '/get_account_groups');
      must(read.status !== 401, sentence`the refresh ended it`);
      return undefined;
    },
  },
  {
    id: 'token.none-is-401',
    level: 'MUST',
    source: 'Bad credentials, dead token [C]',
    title: 'A read without a token is refused with 401',
    async run(api) {
      const answer = await api.askAs(null, '/get_account_groups');
      must(answer.status === 401, api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'token.unknown-is-401',
    level: 'MUST',
    source: 'Bad credentials, dead token [C]',
    title: 'A read with an unknown token is refused with 401 and without an error code',
    async run(api) {
      const answer = await api.askAs(noSuchToken, '/get_account_groups');
      must(answer.status === 401 && codeOf(answer) === null, api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'token.unknown-has-oauth-body',
    level: 'SHOULD',
    source: 'Bad credentials, dead token [C]',
    title: 'This refusal has an OAuth body: error and error_description',
    run: async (api) => oauthBody(api, await api.askAs(noSuchToken, '/get_account_groups')),
  },
];

/** Checks of a refused login. They run after all other requests, because a wrong password may lock the account. */
export const refusedLoginChecks: readonly Check[] = [
  {
    id: 'token.bad-credentials-are-401',
    level: 'MUST',
    source: 'Bad credentials, dead token [C]',
    title: 'A wrong password is refused with 401',
    async run(api) {
      const answer = await refusedLogin(api);
      must(answer.status === 401, api.describe(answer));
      return undefined;
    },
  },
  {
    id: 'token.bad-credentials-have-oauth-body',
    level: 'MUST',
    source: 'Bad credentials, dead token [C]',
    title: 'This refusal has an OAuth body: error and error_description',
    run: async (api) => oauthBody(api, await refusedLogin(api)),
  },
];

async function oauthBody(api: Api, answer: Answer): Promise<undefined> {
  must(isRow(answer.json), api.describe(answer));
  const { error, error_description: description } = answer.json;
  must(typeof error === 'string', sentence`error is missing`);
  must(typeof description === 'string', sentence`error_description is missing`);
}
