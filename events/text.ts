/** Bounded text as people write it. */
import { z } from 'zod';

/** A name or title: one line, at most 200 characters. */
export const lineSchema = z.string().trim().min(1).max(200);
/** A paragraph: at most 4,000 characters. */
export const paragraphSchema = z.string().trim().min(1).max(4000);
/** A web address of a published document. */
export const urlSchema = z.url({ protocol: /^https?$/ }).max(500);
