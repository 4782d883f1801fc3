/** How both entries read: axios over keep-alive connections, with the upstream as its HTTP proxy; one call for each user of a batch. */
import { Agent } from 'node:http';
import axios from 'axios';

const { hostname, port } = new URL(process.env.SIM_API_URL);
const client = axios.create({
  httpAgent: new Agent({ keepAlive: true }),
  proxy: { protocol: 'http', host: hostname, port: Number(port) },
});
const origin = 'http://jsonplaceholder.typicode.com';

const read = async (path) => (await client.get(origin + path)).data;

export async function readPosts() {
  try {
    return await read('/posts');
  } catch {
    throw new Error('The posts cannot be read');
  }
}

export const readUsers = (ids) => Promise.all(ids.map((id) => read(`/users/${id}`)));

/** Option of the DataLoader of both entries: a batch waits for a millisecond. */
export const batchScheduleFn = (callback) => setTimeout(callback, 1);
