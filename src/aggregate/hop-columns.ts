import { HOP_COLUMNS } from '../model/aggregate.ts';

// Places of the columns of a row, resolved once.
export const KEY = HOP_COLUMNS.indexOf('key');
export const INPUT = HOP_COLUMNS.indexOf('input');
export const DURATION = HOP_COLUMNS.indexOf('durationMs');
export const ID = HOP_COLUMNS.indexOf('id');
export const SEND = HOP_COLUMNS.indexOf('send');
export const RECEIVE = HOP_COLUMNS.indexOf('receive');
export const DIRECTION = HOP_COLUMNS.indexOf('direction');
export const GROUP = HOP_COLUMNS.indexOf('group');
export const SHAPE = HOP_COLUMNS.indexOf('shape');
