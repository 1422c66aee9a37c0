/** Every kind of event, once. */
import { accountEventTypes } from './account.ts';
import { applicationEventTypes, titleEventTypes } from './application.ts';
import { bodyEventTypes } from './body.ts';
import { calendarEventTypes } from './calendar.ts';
import { enforcementEventTypes } from './enforcement.ts';
import { entrustmentEventTypes } from './entrustment.ts';
import { evaluationEventTypes } from './evaluation.ts';
import type { EventsOf, EventType } from './event-type.ts';
import { expertEventTypes } from './expert.ts';
import { implementationEventTypes } from './implementation.ts';
import { ledgerEventTypes } from './ledger.ts';
import { panelEventTypes } from './panel.ts';
import { privacyEventTypes } from './privacy.ts';
import { programmeEventTypes } from './programme.ts';
import { incentiveEventTypes, promotionEventTypes } from './promotion.ts';
import { excellentListEventTypes, recognitionEventTypes } from './recognition.ts';
import { reminderEventTypes } from './reminder.ts';
import { resultEventTypes } from './result.ts';
import { rulebookEventTypes } from './rulebook.ts';
import { trainingEventTypes } from './training.ts';
import { unitEventTypes } from './unit.ts';

export const eventTypes = [
  ...rulebookEventTypes,
  ...accountEventTypes,
  ...entrustmentEventTypes,
  ...bodyEventTypes,
  ...unitEventTypes,
  ...expertEventTypes,
  ...recognitionEventTypes,
  ...calendarEventTypes,
  ...programmeEventTypes,
  ...applicationEventTypes,
  ...titleEventTypes,
  ...trainingEventTypes,
  ...implementationEventTypes,
  ...resultEventTypes,
  ...panelEventTypes,
  ...enforcementEventTypes,
  ...evaluationEventTypes,
  ...excellentListEventTypes,
  ...promotionEventTypes,
  ...incentiveEventTypes,
  ...reminderEventTypes,
  ...privacyEventTypes,
  ...ledgerEventTypes,
] as const;

/** Any event of the product. */
export type DomainEvent = EventsOf<typeof eventTypes>;
export type EventTypeName = DomainEvent['type'];

/** Kinds by wire name; a name declared twice is a fault of the build. */
export const catalogue: ReadonlyMap<string, EventType> = index(eventTypes as unknown as readonly EventType[]);

/** What the ledger is signed for as soon as it holds it. */
export const MILESTONES: ReadonlySet<string> = new Set(
  [...catalogue.values()].filter(({ milestone }) => milestone).map(({ type }) => type),
);

function index(kinds: readonly EventType[]): ReadonlyMap<string, EventType> {
  const byType = new Map<string, EventType>();
  for (const kind of kinds) {
    if (byType.has(kind.type)) throw new Error(`event type declared twice: ${kind.type}`);
    byType.set(kind.type, kind);
  }
  return byType;
}
