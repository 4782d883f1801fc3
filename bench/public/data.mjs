/** The made-up posts and users that the upstream of the public benchmark serves: as many, and as long, as those of JSONPlaceholder. */

const words = (
  'sunt aut facere repellat provident occaecati excepturi optio reprehenderit qui est esse ea molestias quasi ' +
  'exercitationem repellat et eum nesciunt quas odio dolorem magni maiores alias error odit dolores'
).split(' ');

const userCount = 10;
const postsOfUser = 10;

const times = (count, each) => Array.from({ length: count }, (_, index) => each(index));
const textOf = (seed, length) =>
  times(length, (place) => words[(seed * 7 + place * 13 + seed * place) % words.length]).join(' ');

export const users = times(userCount, (index) => {
  const id = index + 1;
  return {
    id,
    name: `User Number ${id}`,
    username: `user.${id}`,
    email: `user.number.${id}@example.com`,
    address: {
      street: `Street ${id}`,
      suite: `Suite ${100 + id}`,
      city: 'Springfield',
      zipcode: `1000${id}-${1000 + id}`,
      geo: { lat: `${id}.3159`, lng: `-${id}.1496` },
    },
    phone: `1-770-736-80${id} x56442`,
    website: `user${id}.example.com`,
    company: {
      name: `Company ${id}`,
      catchPhrase: 'Multi-layered client-server neural-net',
      bs: 'harness real-time e-markets',
    },
  };
});

export const posts = times(userCount * postsOfUser, (index) => ({
  userId: Math.floor(index / postsOfUser) + 1,
  id: index + 1,
  title: textOf(index, 6),
  body: textOf(index + 500, 24),
}));
