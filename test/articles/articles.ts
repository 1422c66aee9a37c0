/**
 * What the product has for each of the 27 articles, read from its own code: the kinds of event that rest on an article,
 * the commands that record them, the rules that cite it, the read models that show them, and the tests that name it.
 */
import { readFileSync } from 'node:fs';
import { catalogue } from '../../events/catalogue.ts';
import type { EventType } from '../../events/event-type.ts';
import { ARTICLE_IDS, ARTICLES, type ArticleId, articleLabel } from '../../events/statute.ts';
import { projections } from '../../projections/index.ts';
import type { AnyCommand } from '../../services/command.ts';
import { type Declaration, exportsOf, filesOf, readSources, type Sources } from './sources.ts';

export interface Coverage {
  readonly events: readonly EventType[];
  readonly commands: readonly AnyCommand[];
  /** Codes of refusals and of recorded deviations. */
  readonly rules: readonly string[];
  readonly readModels: readonly string[];
  /** Files with a test that names the article. */
  readonly tests: readonly string[];
}

/** Articles that oblige nobody to act: no event can rest on them. */
export const DECLARATIVE: Partial<Record<ArticleId, { readonly zh: string; readonly en: string }>> = {
  'art-02': {
    zh: '规定适用的地域和环节；所列环节即各事件的 phase，统计按此汇总',
    en: 'names the territory and the phases; every event carries its phase, and the statistics follow them',
  },
};

type ByArticle<T> = ReadonlyMap<ArticleId, ReadonlySet<T>>;

/** Where a command or a kind of fact is declared. */
type Declared<T> = ReadonlyMap<Declaration, T>;

export interface CodeRead {
  readonly coverage: ReadonlyMap<ArticleId, Coverage>;
  /** Kinds that no command records. */
  readonly unrecorded: readonly string[];
  /** Refusals under an article that the reader of the code cannot make out. */
  readonly unread: readonly string[];
}

export async function readCode(): Promise<CodeRead> {
  const sources = readSources(['events', 'services']);
  const facts = await declared(sources, 'events', isFact);
  const commands = [...(await declared(sources, 'services', isCommand)).values()];
  const { rules, unread } = rulesOf(sources, facts);
  const tests = testsByArticle();
  const coverage = ARTICLES.map(({ id }) => {
    const events = [...catalogue.values()].filter(({ basis }) => 'article' in basis && basis.article === id);
    const types = new Set(events.map(({ type }) => type));
    return [
      id,
      {
        events,
        commands: commands.filter(({ records }) => records.some(({ type }) => types.has(type))),
        rules: sorted(rules.get(id)),
        readModels: projections
          .filter(({ handlers }) => handlers.some(handler => handler.types.some(type => types.has(type))))
          .map(({ name }) => name),
        tests: sorted(tests.get(id)),
      },
    ] as const;
  });
  const recorded = new Set(commands.flatMap(({ records }) => records.map(({ type }) => type)));
  const unrecorded = [...catalogue.keys()].filter(type => !recorded.has(type));
  return { coverage: new Map(coverage), unrecorded, unread };
}

const sorted = (values: ReadonlySet<string> = new Set()) => [...values].sort();

const isFact = (value: unknown): value is EventType => [...catalogue.values()].includes(value as EventType);
const isCommand = (value: unknown): value is AnyCommand =>
  typeof value === 'object' && value !== null && 'allow' in value && 'decide' in value;

/** The exported values of a kind, by where they are declared. */
async function declared<T>(
  sources: Sources,
  folder: string,
  isWanted: (value: unknown) => value is T,
): Promise<Declared<T>> {
  const found = new Map<Declaration, T>();
  for (const file of filesOf(folder)) {
    for (const [name, value] of await exportsOf(file)) {
      const declaration = sources.resolve(file, name);
      if (declaration && isWanted(value)) found.set(declaration, value);
    }
  }
  return found;
}

const REFUSAL = /\brefuse\(\s*(\[[^\]]*\]|[\w.]+|'[^']*')\s*,\s*(?:'([a-z0-9-]+)'|([^,]+)),/g;
const DEVIATION_CODE = /\bcode: '([a-z0-9-]+)'/g;
const DEVIATION_BASIS = /\bbasis: (\{[^}]*\}|[\w.]+)|const basis = (\{[^}]*\})/g;

function rulesOf(sources: Sources, facts: Declared<EventType>) {
  const rules = new Map<ArticleId, Set<string>>();
  const unread: string[] = [];
  const cite = (articles: readonly ArticleId[], codes: readonly string[]) => {
    for (const article of articles) {
      for (const code of codes) rules.set(article, (rules.get(article) ?? new Set()).add(code));
    }
  };
  for (const declaration of sources.declarations) {
    if (!/^services\/.+\//.test(declaration.file) && declaration.file !== 'services/authorise.ts') continue;
    const callers = () => callsOf(sources, declaration);
    for (const [, cited = '', literal, expression] of declaration.text.matchAll(REFUSAL)) {
      const codes = literal !== undefined ? [literal] : codesIn(expression ?? '', callers());
      const own = articlesIn(cited, declaration.file, sources, facts);
      if (own.length > 0) cite(own, codes);
      // The article is a parameter: each call names its own.
      const passed = own.length > 0 ? [] : callers().flatMap(call => articlesIn(call.text, call.file, sources, facts));
      cite(passed, codes);
      if (codes.length === 0 || own.length + passed.length === 0)
        unread.push(`${declaration.file} ${declaration.name}`);
    }
    const bases = [...declaration.text.matchAll(DEVIATION_BASIS)].map(([, basis, constant]) => basis ?? constant ?? '');
    const articles = bases.flatMap(basis => articlesIn(basis, declaration.file, sources, facts));
    const codes = [...declaration.text.matchAll(DEVIATION_CODE)].map(([, code = '']) => code);
    cite(articles, codes.length > 0 ? codes : callers().flatMap(({ text }) => codesIn(text, [])));
  }
  return { rules, unread: [...new Set(unread)] };
}

interface Call {
  readonly file: string;
  /** The arguments. */
  readonly text: string;
}

function callsOf(sources: Sources, { file, name }: Declaration): readonly Call[] {
  return sources.declarations
    .filter(caller => caller.name !== name && sources.resolve(caller.file, name)?.file === file)
    .flatMap(caller =>
      [...caller.text.matchAll(new RegExp(`(?<![.\\w])${name}\\(`, 'g'))].map(({ index }) => ({
        file: caller.file,
        text: argumentsAt(caller.text, index + name.length),
      })),
    );
}

/** The text between a bracket and the one that closes it. */
export function argumentsAt(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(from + 1, at);
  }
  return text.slice(from + 1);
}

/** Codes an expression can be; a bare parameter is what its calls give. */
function codesIn(expression: string, calls: readonly Call[]): readonly string[] {
  const template = /^`([^$`]*)\$/.exec(expression)?.[1];
  if (template) return [`${template}…`];
  const literals = [expression, ...calls.map(({ text }) => text)].flatMap(text =>
    [...text.matchAll(/'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'/g)].map(([, code = '']) => code),
  );
  return literals.filter(code => !isArticle(code));
}

const isArticle = (text: string): text is ArticleId => (ARTICLE_IDS as readonly string[]).includes(text);

/** Articles an expression names: as a literal, by a constant, or as the basis of a kind. */
function articlesIn(
  expression: string,
  file: string,
  sources: Sources,
  facts: Declared<EventType>,
): readonly ArticleId[] {
  const literals = [...expression.matchAll(/'(art-\w+)'/g)].map(([, id = '']) => id).filter(isArticle);
  if (literals.length > 0) return literals;
  return [...expression.matchAll(/(?<![.\w'])[A-Za-z]\w*/g)].flatMap(([name]) => {
    const declaration = sources.resolve(file, name);
    if (!declaration) return [];
    const basis = facts.get(declaration)?.basis;
    if (basis) return 'article' in basis && expression.includes(`${name}.basis`) ? [basis.article] : [];
    const constant = /^(?:export )?const [A-Z_]+(?:: \w+)? = ([\s\S]*?);$/m.exec(declaration.text)?.[1];
    return constant === undefined ? [] : articlesIn(constant, declaration.file, sources, facts);
  });
}

const TITLE = /\b(?:describe|it)(?:\.\w+)*\(\s*(['`])((?:(?!\1).)*)\1|\)\(\s*(['`])((?:(?!\3).)*)\3/g;

function testsByArticle(): ByArticle<string> {
  const files = new Map<ArticleId, Set<string>>();
  for (const file of filesOf('test')) {
    for (const [, , title = '', , tabled = ''] of readFileSync(file, 'utf8').matchAll(TITLE)) {
      for (const id of articlesNamed(title || tabled)) files.set(id, (files.get(id) ?? new Set()).add(file));
    }
  }
  return files;
}

/** A bare 第十七条 names neither of the two. */
function articlesNamed(title: string): readonly ArticleId[] {
  return ARTICLES.filter(({ id, label }) => {
    if (title.includes(id)) return true;
    if (id === 'art-17a') return /第十七条(（第一个|之一)/.test(title);
    if (id === 'art-17b') return /第十七条(（第二个|之二)/.test(title);
    return title.includes(label);
  }).map(({ id }) => id);
}

const INTRODUCTION = `# 条款覆盖表 (article coverage)

《天津市质量攻关管理办法》二十七条，每条在本系统中对应的事件、命令、规则、读模型和测试。本页由代码生成，请勿手改；
测试核对它与代码一致，更新用 \`UPDATE_COVERAGE=1 npx vitest run test/articles\`。

For each article: the kinds of event that rest on it, the commands that record them, the codes of the refusals and
deviations that cite it, the read models that show its events, and the test files with a test that names it. Generated;
the trail and its names (\`trail-entries\`, \`trail-names\`) take every event and are not repeated.
`;

export function pageOf(coverage: ReadonlyMap<ArticleId, Coverage>): string {
  const rows = ARTICLES.map(({ id, subject }) => summaryOf(id, subject, coverage.get(id) as Coverage));
  const sections = ARTICLES.map(({ id, text }) => sectionOf(id, text, coverage.get(id) as Coverage));
  const table = [
    '| 条款 | 引用号 | subject | 事件 | 命令 | 规则 | 读模型 | 测试文件 |',
    '|---|---|---|--:|--:|--:|--:|--:|',
    ...rows,
  ];
  return [INTRODUCTION, `${table.join('\n')}\n`, ...sections].join('\n');
}

function summaryOf(id: ArticleId, subject: string, { events, commands, rules, readModels, tests }: Coverage): string {
  const counts = [events, commands, rules, readModels, tests].map(({ length }) => length);
  return `| ${[articleLabel(id), id, DECLARATIVE[id] ? `${subject} (no operative duty)` : subject, ...counts].join(' | ')} |`;
}

function sectionOf(id: ArticleId, text: string, { events, commands, rules, readModels, tests }: Coverage): string {
  const declarative = DECLARATIVE[id];
  const lists: (readonly [string, readonly string[]])[] = [
    ['事件 events', events.map(({ type, title }) => `${title} \`${type}\``)],
    ['命令 commands', commands.map(({ name, title }) => `${title} \`${name}\``)],
    ['规则 rules', rules.map(code => `\`${code}\``)],
    ['读模型 read models', readModels.map(name => `\`${name}\``)],
    ['测试 tests', tests.map(file => `[${file}](../${file})`)],
  ];
  return [
    `## ${articleLabel(id)} (${id})\n`,
    `${text
      .split('\n')
      .map(line => `> ${line}`)
      .join('\n>\n')}\n`,
    ...(declarative ? [`本条不设办理事项：${declarative.zh}\n`, `No operative duty: ${declarative.en}\n`] : []),
    `${lists
      .filter(([, items]) => items.length > 0)
      .map(([title, items]) => `- ${title}：${items.join('、')}`)
      .join('\n')}\n`,
  ].join('\n');
}
