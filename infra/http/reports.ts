/** The supervisor's pack over HTTP: an endpoint a report, so that each has its own policy and its own documentation. */
import { z } from 'zod';
import type { Role } from '../../events/envelope.ts';
import { accountsOfPerson } from '../../projections/persons.ts';
import type { Reader } from '../../projections/ports.ts';
import { OVERSIGHT } from '../../projections/query.ts';
import { type Asker, answerReport, type ReportPorts } from '../../projections/report/answer.ts';
import { type Answered, answeredSchema, csvOf } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { type AnyReport, askingSchema } from '../../projections/report/report.ts';
import { validTimeMeaning } from '../../projections/report/valid-time.ts';
import { Openings, type RecordAccess } from '../compose/access.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import type { Places } from './places.ts';
import { admits } from './policy.ts';
import { notThere, Problem } from './problem.ts';
import { attachment } from './queries.ts';
import { callerOf, isHeadOnly, type RequestContext, sendHead, sendJson, sendText } from './request-context.ts';

const listedSchema = z.object({
  number: z.int(),
  title: z.string(),
  question: z.string(),
  path: z.string(),
  parameters: z.unknown().meta({ description: 'JSON Schema of the parameters' }),
});

export interface ReportEndpointPorts extends ReportPorts {
  readonly reader: Reader;
  readonly places: Places;
  readonly recordAccess: RecordAccess;
}

const NOT_STORED = ['Cache-Control', 'no-store'];

/** One endpoint a report, and the list of them; so many at a time as {@link Places} allows. */
export function reportEndpoints(ports: ReportEndpointPorts): readonly Endpoint[] {
  return [listEndpoint(), ...reports.map(report => reportEndpoint(report, ports))];
}

function listEndpoint(): Endpoint {
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/reports`,
    name: 'ListReports',
    title: '监督报告目录',
    summary: 'The questions that reports answer, with their parameters; those the caller may ask.',
    access: OVERSIGHT,
    operation: {
      responses: {
        200: {
          description: '报告 (Reports)',
          content: { 'application/json': { schema: z.object({ items: z.array(listedSchema) }) } },
        },
      },
    },
    handle(context) {
      const { role } = callerOf(context).actor;
      const items = reports.filter(({ allow }) => (allow as readonly Role[]).includes(role)).map(listed);
      sendJson(context, 200, JSON.stringify({ items }));
    },
  };
}

function listed(report: AnyReport): z.infer<typeof listedSchema> {
  const { number, title, question } = report;
  const parameters = z.toJSONSchema(inputOf(report), { io: 'input', unrepresentable: 'any' });
  return { number, title, question, path: pathOf(report), parameters };
}

function pathOf({ number }: AnyReport): `/${string}` {
  return `${BASE}/reports/${number}`;
}

function inputOf(report: AnyReport) {
  return askingSchema(report).extend({ format: z.enum(['json', 'csv']).default('json') });
}

function reportEndpoint(report: AnyReport, ports: ReportEndpointPorts): Endpoint {
  const input = inputOf(report);
  const { name, title, question, allow, validTime } = report;
  return {
    kind: 'builtin',
    method: 'GET',
    path: pathOf(report),
    name,
    title,
    summary: `${question} Computed from the log up to asOf; every row names the events it rests on. ${validTimeMeaning(validTime)}`,
    access: allow,
    operation: {
      requestParams: { query: input },
      responses: {
        200: {
          description: title,
          content: { 'application/json': { schema: answeredSchema }, 'text/csv': { schema: z.string() } },
        },
      },
    },
    async handle(context) {
      const { req } = context;
      const { format, ...asked } = parseInput(input, queryOf(req.url, Object.keys(input.shape)), req);
      const head = headOf(report, format);
      if (isHeadOnly(context)) return sendHead(context, ...head);
      const answered = await ports.places.hold('report', context, () => answerTo(context, report, asked, ports));
      sendText(context, 200, head[0], format === 'json' ? JSON.stringify(answered) : csvOf(answered), head[1]);
    },
  };
}

function headOf({ number, title }: AnyReport, format: 'json' | 'csv'): readonly [mediaType: string, headers: string[]] {
  if (format === 'json') return ['application/json; charset=utf-8', NOT_STORED];
  return ['text/csv; charset=utf-8', [...NOT_STORED, 'Content-Disposition', attachment(`${number}-${title}.csv`)]];
}

/** A report by its number, for a page. Throws a problem: 404 where there is none, 403 where the caller may not. */
export async function askReport(
  number: number,
  parameters: Readonly<Record<string, unknown>>,
  context: RequestContext,
  ports: ReportEndpointPorts,
): Promise<Answered> {
  const report = reports.find(each => each.number === number);
  if (!report) throw notThere();
  if (!admits(report.allow, callerOf(context).actor.role)) {
    throw new Problem(403, 'role-not-allowed', '该角色无权查阅', 'This role may not use this endpoint');
  }
  const { format: _format, ...asked } = parseInput(inputOf(report), parameters, context.req);
  return ports.places.hold('report', context, () => answerTo(context, report, asked, ports));
}

/** What the answer shows of material is on record before it is given. */
async function answerTo(
  context: RequestContext,
  report: AnyReport,
  { asOf, validAt, ...parameters }: Omit<z.infer<ReturnType<typeof inputOf>>, 'format'>,
  ports: ReportEndpointPorts,
): Promise<Answered> {
  const { actor } = callerOf(context);
  const { role, accountId } = actor;
  const accounts = await accountsOfPerson(ports.reader, accountId);
  const openings = new Openings();
  const asker: Asker = { role, accounts, opens: (kind, owned) => openings.add(kind, owned) };
  const answered = await answerReport(report, { parameters, asOf, validAt }, asker, ports);
  const opened = openings.take();
  if (opened.length > 0) await ports.recordAccess({ ...context, actor }, report.name, opened);
  return answered;
}
