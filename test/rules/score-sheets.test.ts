/** Which sheets stand is one rule: decisions, read models and reports see the same ones. */

import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../events/catalogue.ts';
import type { EvaluationEvent } from '../../events/evaluation.ts';
import { scoreSheets } from '../../projections/evaluation/sheets.ts';
import { ScoringBook } from '../../projections/report/scoring-book.ts';
import { evaluationState } from '../../services/evaluation/state.ts';
import { logOf, rowsOf, type Told, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const panelId = '2024-first';
const EXPERTS = ['expert-li', 'expert-wu'] as const;

/** Sheets given, replaced and voided: as an act is drawn, on a sheet that stands. */
const log = fc
  .array(fc.tuple(fc.constantFrom('give', 'replace', 'void'), fc.nat({ max: 9 })), { maxLength: 25 })
  .map(acts => {
    const story: Told[] = [];
    let standing: { readonly sheetId: string; readonly expertId: (typeof EXPERTS)[number] }[] = [];
    for (const [index, [act, which]] of acts.entries()) {
      const sheetId = `sheet-${index}`;
      const chosen = standing[which % Math.max(standing.length, 1)];
      if (act === 'give') {
        const expertId = EXPERTS[which % 2] as (typeof EXPERTS)[number];
        story.push(told('score-sheet.submitted', { panelId, sheetId, expertId }));
        standing = [...standing, { sheetId, expertId }];
      } else if (chosen) {
        const { expertId } = chosen;
        standing = standing.filter(sheet => sheet !== chosen);
        if (act === 'void') story.push(told('score-sheet.voided', { ...chosen, panelId }));
        else {
          story.push(told('score-sheet.superseded', { panelId, sheetId, expertId, supersedes: chosen.sheetId }));
          standing = [...standing, { sheetId, expertId }];
        }
      }
    }
    return { events: logOf(story), standing: standing.map(({ sheetId }) => sheetId).sort() };
  });

describe('score sheets', () => {
  it('given any log, then the same sheets stand for decisions, in read models and in reports', () => {
    fc.assert(
      fc.property(log, ({ events, standing }) => {
        const decided = (events as EvaluationEvent[]).reduce(evaluationState.evolve, evaluationState.initial).sheets;
        const read = [...rowsOf(scoreSheets, events).values()];
        const book = new ScoringBook();
        for (const event of events) book.take(event as DomainEvent);
        const booked = book.of(panelId).sheets;
        expect(decided.flatMap(({ ended, sheetId }) => (ended ? [] : [sheetId])).sort()).toEqual(standing);
        expect(read.flatMap(({ ended, sheetId }) => (ended ? [] : [sheetId])).sort()).toEqual(standing);
        expect(booked.flatMap(({ endedBy, event }) => (endedBy ? [] : [event.data.sheetId])).sort()).toEqual(standing);
        const ends = (sheets: readonly { readonly sheetId: string; readonly ended?: { how: string } | undefined }[]) =>
          Object.fromEntries(sheets.map(({ sheetId, ended }) => [sheetId, ended?.how]));
        expect(ends(decided)).toEqual(ends(read));
      }),
      { numRuns: 200 },
    );
  });
});
