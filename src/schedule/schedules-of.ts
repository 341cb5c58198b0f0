import { join } from 'node:path';

/** The folder of all schedules of a state folder; absent while there never was one. */
export const schedulesOf = (state: string): string => join(state, 'schedules');
