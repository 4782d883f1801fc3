/** The upstream client that peers with undici share: `Pool.dispatch` on keep-alive connections. */
import { Pool } from 'undici';

const { origin, pathname } = new URL(process.env.SIM_API_URL);
const pool = new Pool(origin, { connections: 128 });
const headers = { authorization: 'Bearer bench', accept: 'application/json' };

class Exchange {
  #parts = [];
  constructor(resolve, reject) {
    this.resolve = resolve;
    this.reject = reject;
  }
  onRequestStart() {}
  onResponseStart(_, status) {
    this.status = status;
  }
  onResponseData(_, part) {
    this.#parts.push(part);
  }
  onResponseEnd() {
    const body = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    if (this.status === 200) this.resolve(body);
    else this.reject(new Error(`HTTP ${this.status}: ${body}`));
  }
  onResponseError(_, error) {
    this.reject(error);
  }
}

/** The body of the answer to `GET target`, as a Buffer. */
export const fetchBytes = (target, method = 'GET') =>
  new Promise((resolve, reject) => {
    pool.dispatch({ method, path: pathname + target, headers }, new Exchange(resolve, reject));
  });

export const fetchJson = async (target) => JSON.parse(await fetchBytes(target));
