/** Whether a deadline has passed is asked in one place: a comparison anywhere else is one that will disagree some day. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const LAYERS = ['events', 'services', 'projections'];
const RULE = 'events/rules/lateness.ts';

/** Names under which a last day is known in the code. */
const LAST = '(?:\\w+[.?]+)*(?:\\w*[dD]ueOn|due|closesOn|answerBy|until|applicationCloses)';
const COMPARISONS = [
  new RegExp(`(?<![\\w.])${LAST} (?:<|>|<=|>=) `),
  new RegExp(` (?:<|>|<=|>=) ${LAST}(?![\\w(.])`),
  /(?:<|>|<=|>=) endOfDay\(/,
];

/** What is no question of whether a last day is over: by file, with a piece of the line and the reason. */
const NO_DEADLINE: readonly (readonly [file: string, piece: string, why: string])[] = [
  ['events/rules/employment.ts', 'until >= since', 'the end of an employment'],
  ['services/implementation/unit.ts', 'dueOn < startsOn', 'days of one plan, given together'],
  ['projections/reminder/due.ts', 'addDays(today, SOON_DAYS)', 'a reminder ahead of the last day'],
];

interface Line {
  readonly file: string;
  readonly text: string;
}

function comparisonsIn(lines: readonly Line[]): string[] {
  return lines
    .filter(({ text }) => COMPARISONS.some(shape => shape.test(text)))
    .filter(({ file, text }) => !NO_DEADLINE.some(([where, piece]) => file === where && text.includes(piece)))
    .map(({ file, text }) => `${file}: ${text.trim()}`);
}

const lines: readonly Line[] = LAYERS.flatMap(layer =>
  readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .map(name => `${layer}/${name}`)
    .filter(file => file.endsWith('.ts') && file !== RULE)
    .flatMap(file =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map(text => ({ file, text })),
    ),
);

describe('deadlines', () => {
  it('are compared with days in the one rule about lateness', () => {
    expect(comparisonsIn(lines)).toEqual([]);
  });

  it.each([
    'const overdue = dueOn < today;',
    'if (today > plan.deadlines.applicationCloses) return closed();',
    'return reportedOn <= milestone.dueOn;',
    'if (now >= endOfDay(window.closesOn)) return closed();',
    'return today <= notice.answerBy;',
  ])('a planted comparison is found: %s', text => {
    expect(comparisonsIn([{ file: 'services/planted.ts', text }])).toHaveLength(1);
  });

  it('every exception is still there', () => {
    const gone = NO_DEADLINE.filter(
      ([where, piece]) => !lines.some(({ file, text }) => file === where && text.includes(piece)),
    );
    expect(gone).toEqual([]);
  });
});
