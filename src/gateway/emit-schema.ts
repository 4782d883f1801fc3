import 'reflect-metadata';
import { printSchema } from 'graphql';
import { createSchema } from './schema.ts';

// Prints the GraphQL schema, for schema/schema.graphql.
process.stdout.write(`${printSchema(createSchema())}\n`);
