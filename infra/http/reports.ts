/** The supervisor's pack over HTTP: an endpoint a report, so that each has its own policy and its own documentation. */
import { z } from 'zod';
import type { Role } from '../../events/envelope.ts';
import { OVERSIGHT } from '../../projections/query.ts';
import { answeredSchema, csvOf } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { type AnyReport, askingSchema } from '../../projections/report/report.ts';
import { meaningOf } from '../../projections/report/valid-time.ts';
import { answerReport, type ReportPorts } from '../reports.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { callerOf, type Exchange, sendJson, sendText } from './exchange.ts';
import { parseInput, queryOf } from './input.ts';
import { attachment } from './queries.ts';

const listedSchema = z.object({
  number: z.int(),
  title: z.string(),
  question: z.string(),
  path: z.string(),
  parameters: z.unknown().meta({ description: 'JSON Schema of the parameters' }),
});

export function reportEndpoints(ports: ReportPorts): readonly Endpoint[] {
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
          description: 'Reports',
          content: { 'application/json': { schema: z.object({ items: z.array(listedSchema) }) } },
        },
      },
    },
    handle(exchange) {
      const { role } = callerOf(exchange).actor;
      const items = reports.filter(({ allow }) => (allow as readonly Role[]).includes(role)).map(listed);
      sendJson(exchange, 200, JSON.stringify({ items }));
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

function reportEndpoint(report: AnyReport, ports: ReportPorts): Endpoint {
  const input = inputOf(report);
  const { name, title, question, allow, validTime } = report;
  return {
    kind: 'builtin',
    method: 'GET',
    path: pathOf(report),
    name,
    title,
    summary: `${question} Computed from the log up to asOf; every row names the events it rests on. ${meaningOf(validTime)}`,
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
    async handle(exchange) {
      const { req } = exchange;
      const { asOf, validAt, format, ...parameters } = parseInput(
        input,
        queryOf(req.url, Object.keys(input.shape)),
        req,
      );
      const { role, accountId } = callerOf(exchange).actor;
      const answered = await answerReport(report, { parameters, asOf, validAt }, { role, accountId }, ports);
      if (format === 'json') sendJson(exchange, 200, JSON.stringify(answered));
      else sendCsv(exchange, `${report.number}-${title}.csv`, csvOf(answered));
    },
  };
}

function sendCsv(exchange: Exchange, filename: string, text: string): void {
  const headers = ['Cache-Control', 'no-store', 'Content-Disposition', attachment(filename)];
  sendText(exchange, 200, 'text/csv; charset=utf-8', text, headers);
}
