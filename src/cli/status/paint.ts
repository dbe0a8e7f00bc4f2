/** Tones as terminal colours, or as nothing where colour has no place. */

import process from 'node:process';
import {Chalk} from 'chalk';
import type {Tone} from '../../core/status/node-row.js';

export type Paint = (tone: Tone, text: string) => string;

const chalk = new Chalk({level: 1});

const colours: Readonly<Record<Tone, Paint1>> = {
	good: chalk.green, warn: chalk.yellow, bad: chalk.red.bold, dim: chalk.dim, strong: chalk.bold, plain: text => text,
};

type Paint1 = (text: string) => string;

/** Wraps text in the tone's colour, or leaves it as it is. */
export const paintWith = (isColoured: boolean): Paint => isColoured ? (tone, text) => text === '' ? '' : colours[tone](text) : (_tone, text) => text;

/** Colour belongs on a terminal that knows it, and nowhere with NO_COLOR (no-color.org: set and not empty). */
export const isColoured = (stream: {readonly isTTY?: boolean | undefined}, environment = process.env): boolean =>
	stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
