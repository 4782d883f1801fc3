/** The schema of the public benchmark, written as the gateway's is: decorated classes, plain properties without resolver calls. */
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import {
  buildSchemaSync,
  Ctx,
  Field,
  FieldResolver,
  Info,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Cost } from '../../../src/gateway/common/field-cost.ts';
import { answerFromMemory, Known } from '../../../src/gateway/common/known-value.ts';
import { selectedFields } from '../../../src/gateway/common/selection.ts';
import type { PublicContext } from './context.ts';

@ObjectType('User', { simpleResolvers: true })
export class User {
  @Field(() => Int)
  id!: number;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  username!: string;

  @Field(() => String)
  email!: string;

  @Field(() => String, { nullable: true })
  phone!: string | null;

  @Field(() => String, { nullable: true })
  website!: string | null;
}

@ObjectType('Post', { simpleResolvers: true })
export class Post {
  @Field(() => Int)
  id!: number;

  @Field(() => Int)
  userId!: number;

  @Field(() => String)
  title!: string;

  @Field(() => String)
  body!: string;
}

/** `Known` passes the context of the gateway's own schema. */
const usersOf = (context: unknown) => (context as PublicContext).users;

/** Number of posts that the estimate of an operation assumes. */
const assumedPosts = 100;

@Resolver(() => Post)
class PostResolver {
  /** Reads the users below the posts as one list, so that the posts then find them in memory. */
  @Cost({ listSize: assumedPosts })
  @Query(() => [Post], { nullable: true })
  async posts(@Ctx() context: PublicContext, @Info() info: GraphQLResolveInfo): Promise<readonly Post[]> {
    const posts = await context.posts();
    if (selectedFields(info, 'Post').some(({ name }) => name === 'user'))
      await context.users.read(posts.map(({ userId }) => String(userId)));
    return posts;
  }

  @Known(({ userId }: Post, _, context) => usersOf(context).peek(String(userId)))
  @FieldResolver(() => User, { nullable: true })
  user(@Root() { userId }: Post, @Ctx() { users }: PublicContext): Promise<User> {
    return users.load(String(userId));
  }

  @Query(() => String)
  greet(): string {
    return 'Hello World!';
  }
}

export function createPublicSchema(): GraphQLSchema {
  const schema = buildSchemaSync({ resolvers: [PostResolver], validate: false });
  answerFromMemory(schema);
  return schema;
}
