/** The API does what its document says, tried by a program that others wrote, which makes requests up from the document alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { undertaking } from '../http/authorisation-parties.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { storyOf } from '../http/two-organisations.ts';
import { temporaryDirectory } from '../support/log.ts';
import { describeWithPrograms } from './foreign/judges.ts';

const OFFICE = { role: 'MSR', orgId: 'msr' } as const;
/** The same requests in the same order, as far as the time goes; by hand it may be given more of it. */
const SEED = 20240101;
const SECONDS = Number(process.env.SCHEMATHESIS_SECONDS ?? 15);

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'allow_header_conformance',
  'unsupported_method',
  'positive_data_acceptance',
];

/** Refusals of requests that are valid by their schemas, which no schema can tell. */
const TOLD_BY_NO_SCHEMA: Readonly<Record<string, string>> = {
  'bad-cursor': 'a cursor is one that a page gave',
  'malformed-if-match': 'the program writes 0 into headers, whatever their schemas are',
  'malformed-effective-at': 'the same',
  'malformed-key': 'the same',
  'malformed-reason': 'the same; and a text is one that people can read',
  'no-such-position': 'a header that names a place of the log, as an answer gave it',
  'effective-in-future': 'what time it is',
  'backdating-needs-reason': 'a header goes with another one',
  'event-or-position': 'one of two parameters',
  'from-above-to': 'two parameters beside each other',
  'no-such-thing': 'parameters that name one thing together',
  'file-missing': 'parts of a form',
  'file-empty': 'the bytes of a file',
  'file-type-not-accepted': 'the bytes of a file',
};

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

interface Recorder {
  /** Method and path. */
  readonly label: string;
  /** Of what was skipped there are none. */
  readonly checks?: Readonly<Record<string, readonly { readonly name: string; readonly status: string }[]>>;
  readonly interactions?: Readonly<
    Record<string, { readonly response?: { readonly content?: { readonly $base64: string } } }>
  >;
}

type Document = {
  paths: Record<string, Record<string, { operationId: string; 'x-problem-codes'?: readonly string[] }>>;
};

/** Whether the refusal of a valid request is a rule's, not that of a shape. */
function isByRule({ code, status, errors = [] }: Problem, listed: readonly string[] = []): boolean {
  // What is never taken is refused with the reason; the program sends it all the same.
  const isTold = (error: (typeof errors)[number]) =>
    error.code === 'custom' || error.pointer === '/validAt' || isBlank(error);
  if (code === 'invalid-input') return errors.length > 0 && errors.every(isTold);
  // What `If-Match` names is not there, or has changed.
  if (status === 412) return true;
  return code in TOLD_BY_NO_SCHEMA || listed.includes(`${status} ${code}`);
}

/** A text in which nothing can be seen is empty: a schema counts its signs. */
const isBlank = ({ code, detail }: { readonly code: string; readonly detail: string }) =>
  code === 'too_small' && detail.endsWith('不能为空');

let site: Site;
let document: Document;
let token: string;
const folder = temporaryDirectory();
const file = (name: string) => join(folder.path, name);

beforeAll(async () => {
  site = await openSite({ signing: true });
  await site.append('story', await storyOf(site));
  token = await site.signIn('tried', OFFICE);
  await site.append(...undertaking(OFFICE, 'tried'));
  await site.settled();
  document = (await (await fetch(`${site.url}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(async () => {
  await site.close();
  folder[Symbol.dispose]();
});

describeWithPrograms('JUDGE_CLIENTS', run => {
  /** What was found wrong: operation, check and what was answered. */
  async function faultsBy(tried: Document, args: readonly string[]): Promise<readonly string[]> {
    writeFileSync(file('openapi.json'), JSON.stringify(tried));
    const asked = [
      ...['run', file('openapi.json'), '--url', site.url, '--header', `Authorization: Bearer ${token}`],
      ...['--seed', String(SEED), '--checks', CHECKS.join(), '--continue-on-failure', '--request-timeout', '30'],
      ...['--phases', 'examples,coverage,fuzzing', '--report', 'ndjson', '--report-ndjson-path', file('tried.ndjson')],
    ];
    // It leaves notes of its own where it runs.
    const { said } = await run('schemathesis', [...asked, ...args], folder.path);
    expect(said).toContain('Test cases:');
    expect(said).not.toContain('Schema Error');
    const lines = readFileSync(file('tried.ndjson'), 'utf8').split('\n').slice(0, -1);
    const recorders = lines.flatMap(line => {
      const { ScenarioFinished: finished } = JSON.parse(line) as { ScenarioFinished?: { recorder: Recorder } };
      return finished ? [finished.recorder] : [];
    });
    return [...new Set(recorders.flatMap(recorder => faultsIn(recorder, tried)))].sort();
  }

  it(
    `given requests for ${SECONDS} s, then no fault of ours, nothing undocumented, and nothing valid refused but by a rule`,
    async () => {
      // A stream never ends; the session is needed on.
      const without = ['StreamEvents', 'EndSession', 'EndSessions', 'ChangePassword'];
      const args = without.flatMap(name => ['--exclude-operation-id', name]);
      expect(await faultsBy(document, ['--max-time', String(SECONDS), '--max-examples', '5', ...args])).toEqual([]);
    },
    (SECONDS + 120) * 1_000,
  );

  it('given a document that promises something else, then it is found', async () => {
    const other = structuredClone(document) as unknown as { components: { schemas: Record<string, object> } };
    other.components.schemas.ListProgrammesAnswer = { type: 'object', required: ['rows'] };
    const faults = await faultsBy(other as never, ['--include-operation-id', 'ListProgrammes', '--max-examples', '5']);
    expect(faults).toContain('GET /api/v1/programmes response_schema_conformance');
  }, 60_000);
});

function faultsIn({ label, checks = {}, interactions = {} }: Recorder, { paths }: Document): string[] {
  const [method = '', path = ''] = label.split(' ');
  const listed = paths[path]?.[method.toLowerCase()]?.['x-problem-codes'];
  return Object.entries(checks).flatMap(([id, each]) =>
    each
      .filter(({ status }) => status === 'failure')
      .flatMap(({ name }) => {
        const content = interactions[id]?.response?.content?.$base64;
        const answered = content === undefined ? '' : Buffer.from(content, 'base64').toString();
        if (name !== 'positive_data_acceptance') return [`${label} ${name}`];
        const problem = JSON.parse(answered) as Problem;
        return isByRule(problem, listed) ? [] : [`${label} ${name} ${answered}`];
      }),
  );
}
