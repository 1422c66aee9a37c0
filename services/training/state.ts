/** One training session: scheduled, then delivered or cancelled, with the people enrolled for it (art-14). */
import { untouched } from '../../events/event-type.ts';
import type { CreditCode, ProjectId } from '../../events/ids.ts';
import type { TraineeId, TraineeRole, TrainingEvent, TrainingId } from '../../events/training.ts';
import type { Fold } from '../command.ts';

type Attendance = 'attended' | 'absent';

export interface Trainee {
  readonly traineeId: TraineeId;
  readonly projectId: ProjectId;
  readonly uscc: CreditCode;
  readonly role: TraineeRole;
  /** The person, by the subject of the sealed name. */
  readonly subject: string;
  readonly attendance: Attendance | undefined;
  /** Given with the attendance recorded last. */
  readonly reason?: string | undefined;
}

export interface Training {
  readonly trainingId: TrainingId;
  readonly year: number;
  readonly status: 'scheduled' | 'delivered' | 'cancelled';
  readonly trainees: readonly Trainee[];
  readonly cancelledFor?: string;
}

/** Undefined until the session is scheduled. */
export const trainingState: Fold<Training | undefined, TrainingEvent> = {
  name: 'training',
  initial: undefined,
  evolve(state, event) {
    if (event.type === 'training.scheduled') {
      const { trainingId, year } = event.data;
      return { trainingId, year, status: 'scheduled', trainees: [] };
    }
    return state && evolve(state, event);
  },
};

function evolve(state: Training, event: TrainingEvent): Training {
  switch (event.type) {
    case 'trainee.enrolled': {
      const { traineeId, projectId, uscc, role, person } = event.data;
      const trainee = { traineeId, projectId, uscc, role, subject: person.subject, attendance: undefined };
      return { ...state, trainees: [...state.trainees, trainee] };
    }
    case 'training.delivered':
      return { ...state, status: 'delivered' };
    case 'training.attended':
      return withAttendance(state, event, 'attended');
    case 'training.absence-recorded':
      return withAttendance(state, event, 'absent');
    case 'training.cancelled':
      return { ...state, status: 'cancelled', cancelledFor: event.data.reason };
    case 'training.scheduled':
      return state;
    default:
      return untouched(state, event);
  }
}

function withAttendance(
  state: Training,
  { data, meta }: Extract<TrainingEvent, { type: 'training.attended' | 'training.absence-recorded' }>,
  attendance: Attendance,
): Training {
  const trainees = state.trainees.map(trainee =>
    trainee.traineeId === data.traineeId ? { ...trainee, attendance, reason: meta.reason } : trainee,
  );
  return { ...state, trainees };
}
