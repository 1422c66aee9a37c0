import { post } from '../route.ts';
import { registerHolidayNotice } from './commands.ts';

export const routes = [post('/holiday-notices', registerHolidayNotice)] as const;
