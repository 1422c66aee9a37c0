/**
 * Stream `training-{id}`: one training session for the people of listed projects (art-14). Attendance is recorded and is
 * no gate (D-18).
 */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { creditCodeSchema, projectIdSchema, streamId, yearSchema } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
export const trainingIdSchema = slug.brand<'TrainingId'>().meta({ description: 'Programme year and number' });
export type TrainingId = z.infer<typeof trainingIdSchema>;
export const traineeIdSchema = slug.brand<'TraineeId'>();
export type TraineeId = z.infer<typeof traineeIdSchema>;

/** One training session: schedule, enrolments, attendance (art-14). */
export const trainingStream = (id: TrainingId) => streamId(`training-${id}`);

/** The three roles art-14 names. */
export const TRAINED_ROLES = ['质量负责人', '项目负责人', '技术骨干'] as const;
/** Anyone else of a project unit may listen in. */
export const traineeRoleSchema = z.enum([...TRAINED_ROLES, '旁听']);
export type TraineeRole = z.infer<typeof traineeRoleSchema>;

const options = { article: 'art-14', phase: '培训' } as const;
const training = { trainingId: trainingIdSchema };
const trainee = {
  ...training,
  traineeId: traineeIdSchema,
  projectId: projectIdSchema,
  year: yearSchema,
  uscc: creditCodeSchema,
  role: traineeRoleSchema,
};

export const trainingScheduled = eventType(
  'training.scheduled',
  { ...options, visibility: 'public', title: '安排培训' },
  z.strictObject({
    ...training,
    year: yearSchema,
    title: lineSchema,
    topics: z.array(lineSchema).min(1).max(30),
    heldOn: dateSchema,
    place: lineSchema,
  }),
);

export const traineeEnrolled = eventType(
  'trainee.enrolled',
  { ...options, visibility: 'parties', title: '培训报名' },
  z.strictObject({ ...trainee, person: sealedSchema }),
);

export const trainingDelivered = eventType(
  'training.delivered',
  { ...options, visibility: 'public', title: '开展培训' },
  z.strictObject({
    ...training,
    year: yearSchema,
    deliveredOn: dateSchema,
    summary: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
);

export const trainingAttended = eventType(
  'training.attended',
  { ...options, visibility: 'parties', title: '参加培训' },
  z.strictObject(trainee),
);

export const trainingAbsenceRecorded = eventType(
  'training.absence-recorded',
  { ...options, visibility: 'parties', title: '记录培训缺席' },
  z.strictObject({ ...trainee, reason: paragraphSchema.optional() }),
);

export const trainingCancelled = eventType(
  'training.cancelled',
  { ...options, visibility: 'public', title: '取消培训' },
  z.strictObject({ ...training, year: yearSchema, reason: paragraphSchema }),
);

export const trainingEventTypes = [
  trainingScheduled,
  traineeEnrolled,
  trainingDelivered,
  trainingAttended,
  trainingAbsenceRecorded,
  trainingCancelled,
] as const;
export type TrainingEvent = EventsOf<typeof trainingEventTypes>;
