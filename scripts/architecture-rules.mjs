/**
 * Checks the architecture rules that need the syntax tree; .dependency-cruiser.cjs and biome.json check the others.
 *
 *   node scripts/architecture-rules.mjs      in the folder that holds src/
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';

const posix = (path) => path.split(sep).join('/');
const trees = new Map();

function treeOf(path) {
  const known = trees.get(path);
  if (known) return known;
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  trees.set(path, tree);
  return tree;
}

/** Imported names of a file: local name -> {module, name}. */
function importsOf(tree) {
  const names = new Map();
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const module = statement.moduleSpecifier.text;
    const bindings = statement.importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) {
      names.set(element.name.text, { module, name: (element.propertyName ?? element.name).text });
    }
  }
  return names;
}

/** The type-graphql decorators of a node: [{name, args, node}]. */
function decoratorsOf(node, imports) {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return decorators.flatMap((decorator) => {
    const call = decorator.expression;
    const called = ts.isCallExpression(call) ? call.expression : call;
    const imported = ts.isIdentifier(called) ? imports.get(called.text) : undefined;
    if (imported?.module !== 'type-graphql') return [];
    return [{ name: imported.name, args: ts.isCallExpression(call) ? call.arguments : [], node: decorator }];
  });
}

/** Position of the type among the arguments of a decorator. @Resolver needs a type only for classes with field resolvers. */
const TYPE_ARGUMENT = { Field: 0, Query: 0, Mutation: 0, Subscription: 0, FieldResolver: 0, Args: 0, Arg: 1 };

const isThunk = (node) => node !== undefined && ts.isArrowFunction(node);

function thunkRule(tree, report) {
  const imports = importsOf(tree);
  const visit = (node) => {
    for (const { name, args, node: decorator } of decoratorsOf(node, imports)) {
      const place = TYPE_ARGUMENT[name];
      if (place !== undefined && !isThunk(args[place])) {
        report(decorator, 'thunk', `@${name} needs its type as a function: () => Type`);
      }
      if (name === 'Resolver' && !isThunk(args[0]) && (args.length > 0 || hasFieldResolvers(node, imports))) {
        report(decorator, 'thunk', '@Resolver needs its type as a function: () => Type');
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

const hasFieldResolvers = (node, imports) =>
  node.members.some((member) => decoratorsOf(member, imports).some(({ name }) => name === 'FieldResolver'));

/** The noun folder of a file, or undefined. */
function nounOf(path) {
  const [, noun] = /(?:^|\/)src\/gateway\/([^/]+)\//.exec(posix(path)) ?? [];
  return ['http', 'errors', 'common'].includes(noun) ? undefined : noun;
}

const isObjectType = (node, imports) =>
  ts.isClassDeclaration(node) &&
  decoratorsOf(node, imports).some(({ name }) => name === 'ObjectType' || name === 'InterfaceType');

function declaresObjectType(path, name) {
  if (!existsSync(path)) return false;
  const tree = treeOf(path);
  const imports = importsOf(tree);
  return tree.statements.some((node) => isObjectType(node, imports) && node.name?.text === name);
}

function edgeRule(tree, report) {
  const noun = nounOf(tree.fileName);
  if (!noun) return;
  const imports = importsOf(tree);
  const isForeign = (name) => {
    const imported = imports.get(name);
    if (!imported?.module.startsWith('.')) return false;
    const path = resolve(dirname(tree.fileName), imported.module);
    const other = nounOf(path);
    return other !== undefined && other !== noun && declaresObjectType(path, imported.name);
  };
  for (const node of tree.statements.filter((statement) => isObjectType(statement, imports))) {
    for (const member of node.members.filter(ts.isPropertyDeclaration)) {
      const visit = (part) => {
        if (ts.isIdentifier(part) && isForeign(part.text)) {
          const property = `${node.name?.text}.${member.name.getText()}`;
          report(
            member,
            'edge',
            `${property} has the type ${part.text} of another noun: resolve it in that noun's folder`,
          );
          return true;
        }
        return ts.forEachChild(part, visit);
      };
      visit(member);
    }
  }
}

function barrelRule(tree, report) {
  const path = posix(relative(process.cwd(), tree.fileName));
  if (/^src\/[^/]+\/index\.ts$/.test(path)) return;
  const passedOn = tree.statements.filter((node) => ts.isExportDeclaration(node) && node.moduleSpecifier);
  for (const node of passedOn)
    report(
      node,
      'no-barrels',
      'import from the file that declares the name, or from the index.ts of its module',
    );
}

/** The programs that load type-graphql, whose decorators need the Reflect API before the first one runs. */
const NEED_METADATA_FIRST = ['src/compose.ts', 'src/gateway/emit-schema.ts'];

function metadataRule(tree, report) {
  const path = posix(relative(process.cwd(), tree.fileName));
  if (!NEED_METADATA_FIRST.includes(path)) return;
  const first = tree.statements.find(ts.isImportDeclaration);
  if (first?.moduleSpecifier.text !== 'reflect-metadata' || first.importClause) {
    report(first ?? tree, 'reflect-metadata-first', "the first import must be: import 'reflect-metadata'");
  }
}

const NAMES_OF_NOTHING = /(?:^|[./-])(?:utils?|helpers?|manager|service)(?=[./-]|$)/;

function nameRule(tree, report) {
  const path = posix(relative(process.cwd(), tree.fileName));
  if (NAMES_OF_NOTHING.test(path))
    report(tree, 'names', 'do not name files utils, helpers, manager or service');
}

function compilerRule(faults) {
  const name = 'tsconfig.json';
  if (!existsSync(name)) return;
  const { config } = ts.parseConfigFileTextToJson(name, readFileSync(name, 'utf8'));
  if (config?.compilerOptions?.emitDecoratorMetadata) {
    faults.push(
      `${name}  no-decorator-metadata: emitDecoratorMetadata must stay off: swc and esbuild implement it differently`,
    );
  }
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
  return files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

const faults = [];
compilerRule(faults);
for (const path of filesBelow(resolve('src'))) {
  const tree = treeOf(path);
  const report = (node, rule, sentence) => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    faults.push(`${posix(relative(process.cwd(), path))}:${line + 1}  ${rule}: ${sentence}`);
  };
  for (const rule of [thunkRule, edgeRule, barrelRule, metadataRule, nameRule]) rule(tree, report);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(faults.length === 0 ? 'No violations.\n' : `\n${faults.length} violations.\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
