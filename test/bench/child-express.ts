/** What one would write from the documentation: Express, zod, and a SQLite transaction for every request. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { z } from 'zod';
import { openDatabase } from '../../infra/sqlite.ts';
import { argument, serving } from './children.ts';
import { ruleRows } from './limit-rows.ts';

const { directory } = argument<{ directory: string }>();
const rules = ruleRows(directory);
const database = openDatabase(join(directory, `plain-${process.pid}.db`), { synchronous: 'FULL' });
database.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
  type TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (stream, revision))`);
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const last = database.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
const insert = database.prepare('INSERT INTO events (stream, revision, type, data) VALUES (?, ?, ?, ?)');

const checkSchema = z.strictObject({
  source: z.string().trim().min(1).max(200),
  verifiedOn: z.iso.date(),
  inTianjin: z.boolean(),
  evidence: z.array(z.strictObject({ sha256: z.string(), name: z.string() })),
});

const app = express();
app.use(express.json());

app.post('/api/v1/units/:uscc/registration-check', (req, res) => {
  const parsed = checkSchema.safeParse(req.body);
  if (!parsed.success) {
    res.status(422).json({ errors: parsed.error.issues });
    return;
  }
  const { uscc } = req.params;
  begin.run();
  const revision = Number(last.get(uscc)?.revision ?? -1) + 1;
  const { lastInsertRowid } = insert.run(
    uscc,
    revision,
    'unit.registration-verified',
    JSON.stringify({ uscc, ...parsed.data, by: 'msr.office', at: new Date().toISOString() }),
  );
  commit.run();
  res.json({ id: uscc, revision, position: String(lastInsertRowid) });
});

app.get('/api/v1/rules/:ruleId', (req, res) => {
  const text = rules.get(req.params.ruleId);
  if (text === undefined) res.status(404).json({});
  else res.json(JSON.parse(text));
});

const [rule] = rules.values();
app.get('/memory/rules/:ruleId', (_req, res) => {
  res.json(rule);
});

const server = app.listen(0, '127.0.0.1', () => {
  serving({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, () => {
    rules.close();
    database.close();
  });
});
