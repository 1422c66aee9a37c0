/** Excellent results, by what they are called. */
import { type Choices, type ChoicesByPlace, type Choosing, wholeList } from './choice.ts';

interface Result {
  readonly resultId: string;
  readonly year: number;
  readonly title: string;
  readonly unitName: string;
}

/** Of all years, the latest first: whoever wants an older one finds it on its own page. */
const LATEST = 500;

async function resultsFor({ ask, given }: Choosing): Promise<readonly Result[]> {
  const year = given('year');
  if (year !== '') return wholeList<Result>(ask, 'ListExcellentResults', { year });
  const { items } = await ask<{ items: readonly Result[] }>('ListEarlierResults', { limit: LATEST });
  return items;
}

const results: Choices = async asked =>
  (await resultsFor(asked)).map(({ resultId, year, title, unitName }) => ({
    id: resultId,
    name: `${title}（${unitName}，${year}年）`,
  }));

/** It is recorded here for the first time. */
const isNew: Choices = async () => undefined;

export const choicesOfRecognition: ChoicesByPlace = {
  resultId: results,
  'results.resultId': results,
  'RecordEarlierExcellentResult/resultId': isNew,
};
