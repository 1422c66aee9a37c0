/** report: a supervisor's question, answered from the log. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { answerReport, reportNumbered } from '../../projections/report/answer.ts';
import { csvOf } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { askingSchema } from '../../projections/report/report.ts';
import { validTimeMeaning } from '../../projections/report/valid-time.ts';
import type { Readable } from '../compose/beside.ts';
import { systemClock } from '../compose/system.ts';
import { judgeLedger } from '../ledger/judging.ts';
import { followShown, optionsOf, withReadable } from './opened.ts';

const FORMAT = z.object({ format: z.enum(['csv', 'json']) });

/**
 * Prints the list of reports, or the answer of one as of the day, position or time that is asked for. Throws
 * RangeError for options that it does not take.
 */
export async function runReport(number: string | undefined, options: Record<string, string>): Promise<void> {
  if (number === undefined) return listReports();
  const asking = askingOf(number, options);
  await withReadable(system => printReport(system, asking), 'stand still');
}

function listReports(): void {
  for (const { number, title, question, parameters, validTime } of reports) {
    const options = Object.keys(parameters.shape).map(name => ` --${name}`);
    console.log(`${String(number).padStart(2)} ${title}：${question}${options.join('')}`);
    console.log(`   ${validTimeMeaning(validTime)}`);
  }
}

/** What is asked, checked before anything is opened. */
function askingOf(number: string, { format, output, ...rest }: Record<string, string>) {
  const report = reportNumbered(Number(number));
  if (!report) throw new RangeError(`没有报告 (no such report): ${number}`);
  const { asOf, validAt, ...parameters } = optionsOf(askingSchema(report), rest);
  return { report, asked: { parameters, asOf, validAt }, format: optionsOf(FORMAT, { format }).format, output };
}

async function printReport(system: Readable, asking: ReturnType<typeof askingOf>): Promise<void> {
  const { report, asked, format, output } = asking;
  // What read models say of themselves is asked of those that are as far as they can be.
  if (report.countsAll) await followShown(system);
  const answered = await answerReport(
    report,
    asked,
    { role: 'SUP' },
    {
      log: system.events,
      reader: system.reader,
      judge: () => judgeLedger({ ledger: system.ledger, log: system.events, clock: systemClock }),
    },
  );
  const text = format === 'csv' ? csvOf(answered) : `${JSON.stringify(answered, undefined, 2)}\n`;
  if (output === undefined) process.stdout.write(text);
  else await writeFile(output, text);
}
