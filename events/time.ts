/** Instants are UTC RFC 3339 strings with milliseconds; civil dates are `YYYY-MM-DD` in Asia/Shanghai. */
import { z } from 'zod';

export const instantSchema = z.iso.datetime({ precision: 3 }).meta({ description: 'UTC instant, RFC 3339' });
export const dateSchema = z.iso.date().meta({ description: 'Civil date in Asia/Shanghai' });

export type Instant = string;
export type CivilDate = string;

/** Asia/Shanghai has kept +08:00 without daylight saving since 1992, so the offset is a constant. */
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** The hour last asked for and its date: civil dates change on the hour, and most questions are about now. */
let lastHour = '';
let lastDate = '';

/** The civil date in Asia/Shanghai at an instant. */
export function shanghaiDate(at: Instant): CivilDate {
  const hour = at.slice(0, 13);
  if (hour !== lastHour) {
    lastDate = new Date(Date.parse(at) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 10);
    lastHour = hour;
  }
  return lastDate;
}

/** `YYYY-MM-DD HH:mm` in Asia/Shanghai, for sentences. */
export function shanghaiMinute(at: Instant): string {
  return new Date(Date.parse(at) + SHANGHAI_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}

/** 00:00 Asia/Shanghai of a civil date. */
export function startOfDay(date: CivilDate): Instant {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) - SHANGHAI_OFFSET_MS).toISOString();
}

/** 24:00 Asia/Shanghai of a civil date: the first instant at which a deadline on that date has passed. */
export function endOfDay(date: CivilDate): Instant {
  return new Date(Date.parse(startOfDay(date)) + DAY_MS).toISOString();
}

/** The civil date `days` after `date` (calendar days, may be negative). */
export function addDays(date: CivilDate, days: number): CivilDate {
  return new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Calendar days from one date to another; negative if that lies before. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** The same day `months` later, or the last day of a month that does not have it. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}

/**
 * The last day of a period of whole years that starts on `date`: the start day is not counted, so the last day is the
 * same date `years` on; 29 February falls back to the 28th (D-31, Civil Code 201-202 by analogy).
 */
export function lastDayOfYears(date: CivilDate, years: number): CivilDate {
  const [year = '', month = '', day = ''] = date.split('-');
  const target = `${String(Number(year) + years).padStart(4, '0')}-${month}`;
  const exists = !Number.isNaN(Date.parse(`${target}-${day}T00:00:00.000Z`)) && isRealDate(`${target}-${day}`);
  return exists ? `${target}-${day}` : `${target}-28`;
}

function isRealDate(date: string): boolean {
  return new Date(`${date}T00:00:00.000Z`).toISOString().slice(0, 10) === date;
}
