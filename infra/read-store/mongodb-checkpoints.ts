/** Checkpoints of MongoDB projections, and what these have set aside. */
import type { Collection, Db } from 'mongodb';
import { sortablePosition } from '../../events/ids.ts';
import {
  type Checkpoint,
  eventsSeen,
  type GenerationOf,
  type Quarantined,
  StaleTerm,
} from '../../projections/ports.ts';
import { answered } from '../mongodb.ts';
import { checkpointIn, checkpointText } from './checkpoint-text.ts';
import { type Operation, writeUnordered } from './mongodb-bulk.ts';

/** All generations of a projection, so that a swap is one write and a term that is over is over for each of them. */
interface StoredCheckpoints {
  readonly _id: string;
  readonly term: number;
  /** JSON by {@link key}. */
  readonly generations: Readonly<Record<string, string>>;
}

interface SetAside {
  readonly _id: string;
  readonly projection: string;
  readonly generation: number;
  readonly position: string;
  /** JSON. */
  readonly doc: string;
}

/** A checkpoint that is kept on the way of a generation. */
interface StoredMark {
  readonly _id: string;
  readonly projection: string;
  readonly generation: number;
  /** Events up to it. */
  readonly events: number;
  /** JSON. */
  readonly doc: string;
}

const key = (generation: number): string => `g${generation}`;

export class MongoCheckpoints {
  readonly #collection: Collection<StoredCheckpoints>;

  constructor(db: Db) {
    this.#collection = db.collection('checkpoints');
  }

  /** Throws {@link StaleTerm}; checkpoints of other projections are written all the same. */
  async save(checkpoints: readonly Checkpoint[]): Promise<void> {
    const projections = [...new Set(checkpoints.map(({ projection }) => projection))];
    const operations = projections.map(name => saving(checkpoints.filter(({ projection }) => projection === name)));
    const [outlived] = await writeUnordered({ collection: this.#collection, operations });
    if (!outlived) return;
    const stale = projections[operations.indexOf(outlived)];
    const { projection, term } = checkpoints.find(checkpoint => checkpoint.projection === stale) as Checkpoint;
    throw new StaleTerm(projection, term);
  }

  /** The term stays: it fences off those before it from all that is to come. */
  async remove({ projection, generation }: GenerationOf): Promise<void> {
    const path = `generations.${key(generation)}` as const;
    await answered(this.#collection.updateOne({ _id: projection }, { $unset: { [path]: 1 } }));
  }

  async all(): Promise<readonly Checkpoint[]> {
    const standings = await answered(this.#collection.find().sort({ _id: 1 }).toArray());
    return standings.flatMap(({ generations }) =>
      Object.values(generations)
        .map(checkpointIn)
        .sort((a, b) => a.generation - b.generation),
    );
  }
}

/** One write for all checkpoints of a projection. */
function saving(checkpoints: readonly Checkpoint[]): Operation<StoredCheckpoints> {
  const [{ projection: _id, term }] = checkpoints as [Checkpoint];
  const texts = checkpoints.map(checkpoint => [
    `generations.${key(checkpoint.generation)}`,
    checkpointText(checkpoint),
  ]);
  return {
    updateOne: {
      filter: { _id, term: { $lte: term } },
      update: { $set: { term, ...Object.fromEntries(texts) } },
      upsert: true,
    },
  };
}

export class MongoQuarantine {
  readonly #collection: Collection<SetAside>;

  constructor(db: Db) {
    this.#collection = db.collection('quarantine');
  }

  async save(events: readonly Quarantined[]): Promise<void> {
    await writeUnordered({ collection: this.#collection, operations: events.map(settingAside) });
  }

  async remove({ projection, generation }: GenerationOf): Promise<void> {
    await answered(this.#collection.deleteMany({ projection, generation }));
  }

  async all(): Promise<readonly Quarantined[]> {
    const sorted = this.#collection.find().sort({ projection: 1, generation: 1, position: 1 });
    return (await answered(sorted.toArray())).map(({ doc }) => JSON.parse(doc) as Quarantined);
  }
}

function settingAside(event: Quarantined): Operation<SetAside> {
  const { projection, generation } = event;
  const position = sortablePosition(event.position);
  return {
    replaceOne: {
      filter: { _id: `${projection}/${generation}/${position}` },
      replacement: { projection, generation, position, doc: JSON.stringify(event) },
      upsert: true,
    },
  };
}

export class MongoMarks {
  readonly #collection: Collection<StoredMark>;

  constructor(db: Db) {
    this.#collection = db.collection('marks');
  }

  async save(marks: readonly Checkpoint[]): Promise<void> {
    await writeUnordered({ collection: this.#collection, operations: marks.map(keeping) });
  }

  async remove({ projection, generation }: GenerationOf): Promise<void> {
    await answered(this.#collection.deleteMany({ projection, generation }));
  }

  async of({ projection, generation }: GenerationOf): Promise<readonly Checkpoint[]> {
    const sorted = this.#collection.find({ projection, generation }).sort({ events: 1 });
    return (await answered(sorted.toArray())).map(({ doc }) => checkpointIn(doc));
  }
}

function keeping(mark: Checkpoint): Operation<StoredMark> {
  const { projection, generation } = mark;
  const events = eventsSeen(mark);
  return {
    replaceOne: {
      filter: { _id: `${projection}/${generation}/${events}` },
      replacement: { projection, generation, events, doc: checkpointText(mark) },
      upsert: true,
    },
  };
}
