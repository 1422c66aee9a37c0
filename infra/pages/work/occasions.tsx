/** 培训和交流会: the single occasions at which a third party keeps the records for the authority (art-05 （二）). */
import type { z } from 'zod';
import type { PromotionRow } from '../../../projections/recognition/promotions.ts';
import type { sessionRowSchema } from '../../../projections/training/sessions.ts';
import type { ToldOffer } from '../../http/offers.ts';
import type { Asking } from '../page.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { Table } from '../parts/table.tsx';
import { wordFor } from './links.tsx';

type Session = z.infer<typeof sessionRowSchema>;

/** With what is offered on it. */
type Offered<Row> = Row & { readonly offers: readonly ToldOffer[] };

export interface Occasions {
  /** Undefined for whoever is not entrusted with rosters. */
  readonly sessions: readonly Offered<Session>[] | undefined;
  /** Those at which the reader may say who presented what. */
  readonly meetings: readonly Offered<PromotionRow>[];
}

interface Items<Row> {
  readonly items: readonly Row[];
}

/** Of the two newest years, the latest day first: an occasion is recorded after it was held. */
export async function occasionsOf({ ask, askIfThere, offersOnEach }: Asking): Promise<Occasions> {
  const programmes = await ask<Items<{ readonly year: number }>>('ListProgrammes', { limit: 2 });
  const sessions: Session[] = [];
  const meetings: PromotionRow[] = [];
  let keepsRosters = false;
  for (const { year } of programmes.items) {
    const held = await askIfThere<Items<Session>>('ListTrainings', { year, limit: 100 });
    keepsRosters ||= held !== undefined;
    sessions.push(...(held?.items ?? []).filter(({ status }) => status !== 'cancelled'));
    const promoted = await ask<Items<PromotionRow>>('ListPromotions', { year, limit: 100 });
    meetings.push(...promoted.items.filter(({ kind, cancelled }) => kind === '交流会' && !cancelled));
  }
  const onSessions = await offersOnEach(sessions.map(idOfSession), ['EnrolTrainee']);
  const onMeetings = await offersOnEach(meetings.map(idOfMeeting), ['RecordPresentation']);
  return {
    sessions: keepsRosters ? latestFirst(sessions, onSessions) : undefined,
    meetings: latestFirst(meetings, onMeetings).filter(({ offers }) => offers.length > 0),
  };
}

const idOfSession = ({ trainingId }: Session) => ({ trainingId });
const idOfMeeting = ({ promotionId }: PromotionRow) => ({ promotionId });

function latestFirst<Row extends { readonly heldOn: string }>(
  rows: readonly Row[],
  offers: readonly (readonly ToldOffer[])[],
): readonly Offered<Row>[] {
  return rows
    .map((row, at) => ({ ...row, offers: offers[at] ?? [] }))
    .sort((one, other) => Number(one.heldOn < other.heldOn) - Number(one.heldOn > other.heldOn));
}

export function OccasionLists({ of: { sessions, meetings } }: { readonly of: Occasions }) {
  return (
    <>
      {sessions && (
        <>
          <h2>培训</h2>
          <Table
            caption="培训"
            none="没有安排培训。"
            columns={[
              { head: '日期', cell: ({ heldOn }) => heldOn, isOneLine: true },
              { head: '培训', cell: ({ trainingId, title }) => <a href={`/trainings/${trainingId}`}>{title}</a> },
              { head: '地点', cell: ({ place }) => place },
              { head: '状态', cell: ({ status }) => wordFor('status', status, 'ListTrainings'), isOneLine: true },
              { head: '办理', cell: ({ offers }) => <OffersInRow offers={offers} to="/work" /> },
            ]}
            rows={sessions}
          />
        </>
      )}
      {meetings.length > 0 && (
        <>
          <h2>交流会</h2>
          <Table
            caption="交流会"
            columns={[
              { head: '日期', cell: ({ heldOn }) => heldOn, isOneLine: true },
              { head: '交流会', cell: ({ title }) => title },
              { head: '地点', cell: ({ place }) => place },
              {
                head: '已交流的成果',
                cell: ({ results }) => results.map(({ title, unitName }) => `《${title}》（${unitName}）`).join('、'),
              },
              { head: '办理', cell: ({ offers }) => <OffersInRow offers={offers} to="/work" /> },
            ]}
            rows={meetings}
          />
        </>
      )}
    </>
  );
}
